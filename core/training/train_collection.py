"""A training run over a collection: from reading it to a stored candidate."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..collection.collection import Collection
from ..jobs import Monitor
from .data.from_collection import read_dataset, with_copies
from .results import EpochFigures, TrainingRun
from .run import run_training
from .settings import TrainingSettings
from .store import Version, keep


@dataclass(frozen=True, eq=False)
class Trained:
    """A training run, and the candidate that was stored of it."""

    version: Version
    run: TrainingRun


class Curves:
    """The points of a run's curves so far, for those who watch it from another thread."""

    def __init__(self) -> None:
        self.points: tuple[EpochFigures, ...] = ()

    def add(self, point: EpochFigures) -> None:
        """Take in one more point."""
        self.points = (*self.points, point)


def train_collection(
    collection: Collection,
    settings: TrainingSettings,
    copies: Iterable[Sequence[int]] = (),
    monitor: Monitor | None = None,
    curves: Curves | None = None,
) -> Trained:
    """Train an adapter for the collection's encoder, judge it, and store it as a candidate.

    Search goes on as before, and pictures may be added meanwhile: what was read at the start is learned from.
    A run that is cancelled or dies leaves nothing.

    Args:
        collection: whose pictures, labels, captions and verdicts.
        settings: how to train.
        copies: ids of pictures that show the same, group by group.
        monitor: receives the progress, and may stop the work.
        curves: takes in the points of the curves while they are made.

    Raises:
        TrainingError: there is too little to learn from, or the loss is no longer a number.
        CollectionError: the collection was embedded anew meanwhile.
        Cancelled: the monitor was asked to stop.
    """
    watched, seen = monitor or Monitor(), curves or Curves()
    watched.say("Reading the collection")
    dataset = read_dataset(collection, copies)
    dataset = with_copies(dataset, collection, settings.signals, settings.seed, watched)
    run = run_training(dataset, settings, watched.subtask(), seen.add)
    watched.check()
    return Trained(keep(collection, run), run)
