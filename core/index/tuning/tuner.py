"""The tuner: finds the index and search parameters for a set of vectors by measuring."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from ...errors import IndexingError
from ...jobs import Deadline, Monitor
from ..base import AS_BUILT, FloatArray, Index
from ..flat import FlatIndex
from ..mapped import MappedIndex
from ..presets import candidate_recipes
from ..spec import FLAT, Recipe
from . import measure
from .certificate import prove
from .ground_truth import Truth, exact_neighbours
from .result import Tuning
from .sweep import SHARE, Bench, sweep
from .types import KINDS, Gallery, Goal, Latency, Queries, QueryKind

_FOR_BUILDING = 0.9
"""Share of the budget after which nothing more is built: certification still needs time."""
_IN_MEMORY = 2 << 30
_EXACT_QUERIES = 30


@dataclass(frozen=True)
class Outcome:
    """A tuning, and the index it chose, without the held-out vectors; None for exact search."""

    tuning: Tuning
    index: Index | None


def tune_vectors(
    gallery: Gallery,
    queries: Mapping[QueryKind, Queries],
    goal: Goal,
    budget_s: float,
    scratch: Path,
    monitor: Monitor | None = None,
    recipes: tuple[Recipe, ...] = (),
) -> Outcome:
    """Find the cheapest index certified to reach the goal for every kind of query, in `budget_s` seconds.

    The ground truth is computed first, however long that takes. Then the budget is kept, except for training
    on a sample, which cannot be interrupted, and for measuring the last index built: some seconds each.

    Args:
        gallery: the vectors to search, which may be a memory map.
        queries: held-out queries of one or both kinds.
        goal: the goal, with a target for each of those kinds.
        budget_s: seconds.
        scratch: a directory for temporary files.
        monitor: receives the progress, and may stop the work.
        recipes: the recipes to try, most promising first; default `candidate_recipes`.

    Raises:
        IndexingError: there is nothing to search in, k is larger than that, there are no queries, or vectors
            have different dimensions or contain NaN or infinity.
        Cancelled: the monitor was asked to stop.
    """
    watched = monitor or Monitor()
    deadline = Deadline(budget_s)
    building = Deadline(budget_s * _FOR_BUILDING)
    kinds = [kind for kind in KINDS if kind in queries]
    if not kinds or any(not len(q.choosing) or not len(q.certifying) for q in queries.values()):
        raise IndexingError("There are too few held-out queries to measure an index by.")
    size, dim = gallery.vectors.shape
    tried = recipes or tuple(r for r in candidate_recipes(size, dim) if r != FLAT)
    if not tried:
        return Outcome(stay_exact(gallery, goal, watched), None)
    watched.expect(SHARE * (len(tried) + 2))
    watched.say("Computing the ground truth")
    choosing, certifying = _truths(gallery, queries, kinds, goal.k, watched)
    watched.advance(SHARE)
    watched.say("Timing exact search")
    exact = _exact_latency(gallery, queries[kinds[0]].choosing, goal.k, watched)
    bench = Bench(gallery, queries, choosing, exact, scratch)
    swept = sweep(bench, tried, goal, building, watched)
    certificates = prove(swept, bench, certifying, goal, watched)
    watched.advance(SHARE)
    chosen = swept.recipe if certificates else None
    tuning = Tuning(
        FLAT if chosen is None else chosen,
        certificates,
        {kind: goal.targets[kind] for kind in kinds},
        goal.k,
        size,
        dim,
        exact,
        tuple(swept.candidates),
        tuple(swept.points),
        tuple(swept.notes),
        deadline.spent_s,
    )
    return Outcome(tuning, None if chosen is None else swept.index)


def stay_exact(gallery: Gallery, goal: Goal, monitor: Monitor | None = None) -> Tuning:
    """Build the result for a collection too small for an index: exact search, timed.

    Raises:
        IndexingError: there is nothing to search in.
    """
    watched = monitor or Monitor()
    deadline = Deadline(0)
    size, dim = gallery.vectors.shape
    if not size:
        raise IndexingError("There are no vectors to search among; add pictures first.")
    watched.say("Timing exact search")
    some = np.asarray(gallery.vectors[:_EXACT_QUERIES], np.float32)
    exact = _exact_latency(gallery, some, goal.k, watched)
    note = (
        f"Exact search among {size:,} picture{'' if size == 1 else 's'} takes {exact.p50_ms:.1f} ms; nothing "
        "else is worth building."
    )
    return Tuning(FLAT, {}, dict(goal.targets), goal.k, size, dim, exact, (), (), (note,), deadline.spent_s)


def _truths(
    gallery: Gallery, queries: Mapping[QueryKind, Queries], kinds: list[QueryKind], k: int, monitor: Monitor
) -> tuple[dict[QueryKind, Truth], dict[QueryKind, Truth]]:
    """Compute the ground truth of the selection and certification queries, in one pass."""
    groups = [part for kind in kinds for part in (queries[kind].choosing, queries[kind].certifying)]
    if len({group.shape[1:] for group in groups}) > 1:
        raise IndexingError("The held-out queries have vectors of different dimensions.")
    truth = exact_neighbours(gallery, np.concatenate(groups), k, monitor)
    ends = np.cumsum([0, *(len(group) for group in groups)])
    parts = [truth.part(int(start), int(stop)) for start, stop in pairwise(ends)]
    return dict(zip(kinds, parts[::2], strict=True)), dict(zip(kinds, parts[1::2], strict=True))


def _exact_latency(gallery: Gallery, queries: FloatArray, k: int, monitor: Monitor) -> Latency:
    size, dim = gallery.vectors.shape
    exact: Index = FlatIndex(dim) if 4 * size * dim <= _IN_MEMORY else MappedIndex(dim)
    exact.add(gallery.ids, gallery.vectors)
    return measure.latencies(exact, queries[:_EXACT_QUERIES], k, [AS_BUILT], monitor)[0]
