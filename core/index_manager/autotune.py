"""Automatic tuning: when a collection has outgrown its current index.

A small collection is searched exactly: an index would hardly be faster. The crossover is not a number of
pictures but a latency, measured on this machine over the collection's own vectors.
"""

import statistics
import time
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..collection.collection import Collection
from ..index.flat import FlatIndex
from ..jobs import Monitor
from .tuning import Tuned, tune

Action = Literal["none", "tune", "again"]

CROSSOVER_MS = 20.0
"""Exact search slower than this is noticeable with many concurrent users, or in a batch of hundreds of
queries; the stages around it (catalogue, evidence, thumbnails) take about as long.
"""
_GROWN = 1.5
"""A certificate does not hold for a collection that has grown by half."""
_BUDGET_S = 300.0
_SAMPLE = 8000
_TIMES = 7


@dataclass(frozen=True)
class Advice:
    """A recommendation on the index of a space.

    Attributes:
        action: ``"none"``, ``"tune"`` (leave exact search) or ``"again"`` (tune anew).
        sentence: the reason, in a sentence for the user.
        exact_ms: milliseconds of an exact search, measured or extrapolated from a part.
    """

    action: Action
    sentence: str
    exact_ms: float


def advice(collection: Collection, encoder: str | None = None) -> Advice:
    """Recommend what to do about the index of a space; takes some tens of milliseconds."""
    space = collection.space(encoder)
    if space is None:
        return Advice("none", "There is nothing to search yet.", 0.0)
    count = collection.space_bytes(encoder) // (4 * space.dim)
    took = exact_ms(collection, encoder)
    record = collection.indexes.in_use(space.id)
    tried = collection.indexes.tried_for
    if record is None and took > CROSSOVER_MS and tried and count <= _GROWN * tried:
        return Advice(
            "none",
            f"Exact search takes {_said(took)} here; when it was tuned for {tried:,} pictures, no index "
            "was both faster and certified to be accurate enough.",
            took,
        )
    if record is None and took <= CROSSOVER_MS:
        return Advice(
            "none",
            f"Exact search takes {_said(took)} for {count:,} pictures here; an index would make no "
            "noticeable difference.",
            took,
        )
    if record is None:
        return Advice(
            "tune",
            f"Exact search takes {_said(took)} for {count:,} pictures here; an index, tested on your own "
            "pictures, takes a fraction of that.",
            took,
        )
    tuned_for = int(record.figures.get("vectors", 0))
    if tuned_for and count > _GROWN * tuned_for:
        return Advice(
            "again",
            f"The index was tested on {tuned_for:,} pictures; there are {count:,} now. Tune it again.",
            took,
        )
    return Advice("none", "The index in use suits the collection.", took)


def move_if_due(
    collection: Collection, encoder: str | None = None, monitor: Monitor | None = None
) -> Tuned | None:
    """Tune and activate an index of a space, if the collection has outgrown the current one.

    Returns None if there was nothing to do. If no index is certified to be accurate enough, search stays
    exact, and tuning is tried again once the collection has grown by half.

    Raises:
        LookalikeError: as `tune` does.
        Cancelled: the monitor was asked to stop.
    """
    if not collection.indexes.automatic or advice(collection, encoder).action == "none":
        return None
    tuned = tune(collection, budget_s=_BUDGET_S, encoder=encoder, monitor=monitor)
    if tuned.record is not None:
        collection.indexes.use(tuned.record.id)
    else:
        collection.indexes.note_tried(tuned.tuning.vectors)
    return tuned


def exact_ms(collection: Collection, encoder: str | None = None) -> float:
    """Estimate the milliseconds of one exact search of a space, from searches of a part of it."""
    rows = collection.vectors(encoder=encoder)
    part = np.asarray(rows.vectors[:_SAMPLE])
    if not len(part):
        return 0.0
    index = FlatIndex(part.shape[1])
    index.add(np.arange(len(part)), part)
    times = []
    for query in part[np.linspace(0, len(part) - 1, _TIMES).astype(int)]:
        started = time.perf_counter()
        index.search(query[None], 10)
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000 * len(rows.ids) / len(part)


def _said(milliseconds: float) -> str:
    return f"about {milliseconds:.0f} ms" if milliseconds >= 1 else "less than a millisecond"
