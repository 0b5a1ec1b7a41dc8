"""What restores a promise that no longer holds: each by one command, and by one call for a button."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..collection.collection import Collection
from ..command_line import command_line
from ..dedup.groups.known import known_copies
from ..errors import CollectionError
from ..index_manager.custom import build_index
from ..index_manager.tuning import tune
from ..jobs import Monitor
from ..stored import UNREADABLE
from .store import HealthStore

if TYPE_CHECKING:
    from .actions import Promise

Kind = Literal["tune", "index", "label", "train"]
About = Literal["recall", "duplicates", "drift"]


@dataclass(frozen=True)
class Remedy:
    """One thing to do.

    Attributes:
        kind: which; `apply_remedy` does all but ``label``, which takes a person.
        about: the promise or finding that it answers.
        title: what it does, as on a button.
        reason: why, in a sentence.
        command: the command line that does it.
    """

    kind: Kind
    about: About
    title: str
    reason: str
    command: str


def remedies(collection: Collection, promises: "Sequence[Promise]") -> tuple[Remedy, ...]:
    """What to do about `promises`, and about drift if the last look at it raised an alarm."""
    state = {one.about: one for one in promises}
    found = []
    if state["recall"].state == "broken":
        reason = state["recall"].sentence
        found.append(
            Remedy(
                "tune",
                "recall",
                "Tune the index again",
                reason,
                command_line("tune", collection.name, "--use"),
            )
        )
        found.append(
            Remedy(
                "index",
                "recall",
                "Build the same kind of index again",
                "Quicker than tuning where only pictures came or went; check its recall afterwards.",
                command_line("index build", collection.name, "--use"),
            )
        )
    if state["duplicates"].state in ("open", "broken"):
        found.append(
            Remedy(
                "label",
                "duplicates",
                "Label random pairs",
                state["duplicates"].sentence,
                command_line("pairs next", collection.name, "--random"),
            )
        )
    if drift_alarm(collection):
        found.append(
            Remedy(
                "train",
                "drift",
                "Train on the pictures as they are now",
                "The last look at drift raised an alarm: new pictures no longer look like the old ones.",
                command_line("train", collection.name),
            )
        )
    return tuple(found)


def drift_alarm(collection: Collection) -> bool:
    """Whether the last stored look at drift raised an alarm."""
    run = HealthStore(collection.catalogue).latest("drift")
    if run is None:
        return False
    try:
        return bool(run.result["alarm"])
    except UNREADABLE:
        return False


def apply_remedy(collection: Collection, kind: Kind, monitor: Monitor | None = None) -> str:
    """Do it; returns in a sentence what came of it.

    Raises:
        CollectionError: it takes a person, or there are no pictures.
        LookalikeError: it cannot be done; the sentence says why, and search goes on as before.
        Cancelled: the monitor was asked to stop; search goes on as before.
    """
    if kind not in _WORK:
        raise CollectionError("Labelling pairs takes a person; open Duplicates, or use the command.")
    return _WORK[kind](collection, monitor or Monitor())


def _tune(collection: Collection, monitor: Monitor) -> str:
    found = tune(collection, monitor=monitor)
    if found.record is None:
        space = collection.space()
        if space is not None:
            collection.indexes.use_exact(space.id)
        return f"{found.tuning.sentence}. Search is exact now."
    collection.indexes.use(found.record.id)
    return f"{found.tuning.sentence}. Index {found.record.id} serves now."


def _index(collection: Collection, monitor: Monitor) -> str:
    record = build_index(collection, monitor=monitor)
    collection.indexes.use(record.id)
    return f"Index {record.id} was built over all pictures and serves now; check its recall again."


def _train(collection: Collection, monitor: Monitor) -> str:
    from ..training import why_not_offered
    from ..training.data.from_collection import sensible_signals
    from ..training.settings import TrainingSettings
    from ..training.train_collection import train_collection
    from ..training.wording import outcome_sentence

    settings = TrainingSettings(signals=sensible_signals(collection), compare=False)
    version = train_collection(collection, settings, known_copies(collection), monitor).version
    offered = "It is offered on the Training screen." if version.offered else why_not_offered(version)
    return f"Adapter {version.id}: {outcome_sentence(version.gates)}. {offered}"


_WORK: dict[str, Callable[[Collection, Monitor], str]] = {"tune": _tune, "index": _index, "train": _train}
