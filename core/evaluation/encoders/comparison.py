"""Comparing encoders on one's own pictures: quality, time and size, and which are worth having."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...collection.collection import Collection
from ...embedding.base import Encoder
from ...errors import EvaluationError
from ...jobs import Monitor
from ...stats.arrays import FloatArray
from ...stats.pareto_front import pareto_optimal
from ..compare import Comparison, compare_each
from ..evaluate import measure, with_costs
from ..protocols.base import EvaluationProtocol
from ..results import Evaluation, Speed
from ..serialize import store
from .speed import measure_speed

_UNKNOWN = Speed(None, None, None)


@dataclass(frozen=True)
class EncoderRow:
    """One encoder: its run, and whether no other is at least as good in everything and better in some."""

    evaluation: Evaluation
    pareto: bool

    @property
    def encoder(self) -> str:
        """The encoder's name."""
        return self.evaluation.setup.encoder

    @property
    def speed(self) -> Speed:
        """How fast it is; all None where that was not measured."""
        return speed_of(self.evaluation)

    @property
    def disk_bytes(self) -> int:
        """Its vectors on disk; 0 where that was not measured."""
        return self.evaluation.costs.disk_bytes if self.evaluation.costs else 0


@dataclass(frozen=True)
class EncoderComparison:
    """Encoders over the same queries and pictures.

    `comparisons` holds each encoder but the first against the first, in order; `metric` is the one that
    `pareto` went by; `notes` are plain sentences.
    """

    rows: tuple[EncoderRow, ...]
    comparisons: tuple[Comparison, ...]
    metric: str
    notes: tuple[str, ...] = ()


def compare_encoders(
    collection: Collection,
    names: Sequence[str],
    protocol: EvaluationProtocol,
    *,
    k: int = 10,
    seed: int = 0,
    metric: str = "map",
    monitor: Monitor | None = None,
) -> EncoderComparison:
    """Measure several encoders by one protocol on the same pictures, and test each against the first.

    Pictures that an encoder has not embedded yet are embedded first, and stay so; the runs are stored when
    all of them are done.

    Raises:
        EvaluationError: there are fewer than two encoders, the protocol cannot be put to the collection, or
            an encoder has no words for it.
        EncoderError, CollectionError: an encoder cannot be used here, or another process is adding pictures.
        Cancelled: `monitor` was asked to stop; no run is stored then.
    """
    chosen = list(dict.fromkeys(names))
    if len(chosen) < 2:
        raise EvaluationError("Name at least two different encoders to compare.")
    watched = monitor or Monitor()
    for name in chosen:
        _check_words(name, collection.encoder(name), protocol)
    skipped = [note for name in chosen for note in embed_all(collection, name, watched)]
    found = []
    for place, name in enumerate(chosen, start=1):
        phase = watched.subtask()
        run = measure(collection, protocol, encoder=name, encoders=chosen, k=k, seed=seed, monitor=phase)
        timed = with_costs(collection, run, phase)
        watched.say(f"Timing {name} ({place} of {len(chosen)})")
        speed = measure_speed(collection, name, seed, watched)
        found.append(replace(timed, costs=timed.costs and replace(timed.costs, speed=speed)))
    compared = as_comparison(found, metric=metric, notes=skipped)
    watched.check()
    rows = tuple(replace(row, evaluation=store(collection, row.evaluation)) for row in compared.rows)
    return replace(compared, rows=rows)


def as_comparison(
    found: Sequence[Evaluation], *, metric: str = "map", notes: Sequence[str] = ()
) -> EncoderComparison:
    """Runs of several encoders over the same queries, side by side; the first is what others are tested by.

    Raises:
        EvaluationError: they have fewer than two queries in common, or `metric` was not measured.
    """
    comparisons = compare_each(found[0], found[1:], seed=found[0].setup.seed)
    optimal = pareto_optimal(pareto_points(found, metric))
    rows = tuple(EncoderRow(run, bool(best)) for run, best in zip(found, optimal, strict=True))
    said = [*notes, *found[0].notes, *(note for one in comparisons for note in one.notes)]
    return EncoderComparison(rows, comparisons, metric, tuple(dict.fromkeys(said)))


def pareto_points(found: Sequence[Evaluation], metric: str = "map") -> FloatArray:
    """Quality, milliseconds a picture and a query, and bytes: ``(N, 4)``, turned so that larger is better.

    A query is one of the kind that the runs asked, words or pictures. What was not measured is 0 for all.

    Raises:
        EvaluationError: `metric` was not measured.
    """
    words = any(query.picture_id is None for run in found for query in run.queries)
    rows = []
    for run in found:
        speed = speed_of(run)
        query_ms = speed.text_query_ms if words else speed.image_query_ms
        size = run.costs.disk_bytes if run.costs else None
        rows.append([run.figure(metric).mean, _cost(speed.picture_ms), _cost(query_ms), _cost(size)])
    points = np.array(rows, np.float64)
    points[:, np.isnan(points).any(axis=0)] = 0.0  # a cost that one run lacks can decide nothing
    return points


def embed_all(collection: Collection, name: str, monitor: Monitor | None = None) -> tuple[str, ...]:
    """Embed what the encoder has not embedded yet; returns plain sentences on what was skipped.

    Raises:
        EncoderError, CollectionError: it cannot be used here, or another process is adding pictures.
        Cancelled: `monitor` was asked to stop; what was embedded stays.
    """
    watched = monitor or Monitor()
    known = collection.vectors(encoder=name).ids
    if not len(np.setdiff1d(np.array(collection.ids(), np.int64), known)):
        return ()
    report = collection.add_space(name, watched.subtask())
    watched.check()
    if not report.skipped:
        return ()
    first = report.skipped[0]
    return (
        f"{name} could not embed {len(report.skipped):,} pictures; the first is {first.name}: {first.reason}",
    )


def speed_of(found: Evaluation) -> Speed:
    """How fast the encoder of a run is; all None where that was not measured."""
    return (found.costs.speed if found.costs else None) or _UNKNOWN


def _cost(value: float | None) -> float:
    return np.nan if value is None else -float(value)


def _check_words(name: str, encoder: Encoder, protocol: EvaluationProtocol) -> None:
    if protocol.needs_words and not encoder.has_text:
        raise EvaluationError(
            f"{name} has no words, so it cannot be compared by sentences. Compare picture to picture, or "
            "leave it out."
        )
