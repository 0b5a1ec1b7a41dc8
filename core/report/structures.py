"""What an index would bring on a collection that is small enough for exact search.

Each structure is built on one core, so that the same vectors give the same index, its setting is chosen on
one part of the held-out queries by recall alone, and its recall is reported on the other part.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..cores import one_core
from ..index.base import Index, SearchParameters
from ..index.build import build
from ..index.presets import settings
from ..index.spec import FLAT, Recipe
from ..index.storage import saved_bytes
from ..index.tuning import measure
from ..index.tuning.ground_truth import Truth, exact_neighbours
from ..index.tuning.selection import promising
from ..index.tuning.types import CONFIDENCE, Gallery, Latency, Queries, QueryKind
from ..jobs import Monitor
from ..stats.bounded_mean import betting_interval
from ..stats.interval import Interval

_TIMED = 200


@dataclass(frozen=True)
class SettingRecall:
    """Recall@k of one structure under one setting, over the queries for choosing."""

    recipe: Recipe
    parameters: SearchParameters
    kind: QueryKind
    recall: float
    latency: Latency


@dataclass(frozen=True)
class KindOutcome:
    """One structure for one kind of query, at the first setting that looks good enough.

    Attributes:
        kind: which queries.
        parameters: the setting; the dearest where none looks good enough.
        recall: mean recall@k over queries that had no part in choosing the setting.
        interval: its confidence interval.
        queries: how many those are.
        latency: the time of a query, one at a time on one thread.
    """

    kind: QueryKind
    parameters: SearchParameters
    recall: float
    interval: Interval
    queries: int
    latency: Latency


@dataclass(frozen=True)
class StructureOutcome:
    """One structure: what it takes to build, seconds of each build, bytes on disk, and how it answers."""

    recipe: Recipe
    build_s: tuple[float, ...]
    disk_bytes: int
    kinds: tuple[KindOutcome, ...]
    tried: tuple[SettingRecall, ...]


def compare_structures(
    gallery: Gallery,
    queries: Mapping[QueryKind, Queries],
    target: float,
    k: int,
    recipes: tuple[Recipe, ...],
    monitor: Monitor,
    builds: int = 3,
) -> tuple[StructureOutcome, ...]:
    """Build each of `recipes` `builds` times, and measure how often and how fast it is right.

    Args:
        gallery: what is searched in.
        queries: held-out queries of one or both kinds, none of them in the gallery.
        target: recall@k by which a setting is chosen, in ``(0, 1)``.
        k: how many neighbours are asked for.
        recipes: what to build, exact search among them if it is to be compared.
        monitor: receives the progress, and may stop the work.
        builds: how often each is built, for the spread of the time.

    Raises:
        IndexingError: the vectors cannot be indexed, or there are fewer than `k`.
        Cancelled: the monitor was asked to stop.
    """
    monitor.say("Finding the right answers")
    choosing = {kind: exact_neighbours(gallery, q.choosing, k, monitor) for kind, q in queries.items()}
    certifying = {kind: exact_neighbours(gallery, q.certifying, k, monitor) for kind, q in queries.items()}
    found = []
    with one_core():
        for recipe in recipes:
            monitor.say(f"Building {recipe.factory or 'exact search'}")
            times = []
            for _ in range(builds):
                monitor.check()
                begun = time.perf_counter()
                index = build(recipe, gallery.ids, gallery.vectors, Monitor())
                times.append(time.perf_counter() - begun)
            monitor.say(f"Measuring {recipe.factory or 'exact search'}")
            kinds, tried = [], list[SettingRecall]()
            for kind, asked in queries.items():
                chosen, points = _choose(index, recipe, kind, asked, choosing[kind], target, k, monitor)
                tried += points
                kinds.append(_certify(index, kind, chosen, asked, certifying[kind], k, monitor))
            found.append(
                StructureOutcome(recipe, tuple(times), saved_bytes(index), tuple(kinds), tuple(tried))
            )
    return tuple(found)


def _choose(
    index: Index,
    recipe: Recipe,
    kind: QueryKind,
    asked: Queries,
    truth: Truth,
    target: float,
    k: int,
    monitor: Monitor,
) -> tuple[SearchParameters, list[SettingRecall]]:
    """The first setting, from cheap to dear, that as many fresh queries would show to reach the target.

    Returns it, or the dearest where none does, and what was tried: one more, to show what follows.
    """
    points: list[SettingRecall] = []
    chosen: SearchParameters | None = None
    for parameters in settings(recipe):
        values = measure.recalls(index, asked.choosing, truth, k, parameters, monitor)
        (latency,) = measure.latencies(index, asked.choosing[:_TIMED], k, [parameters], monitor)
        points.append(SettingRecall(recipe, parameters, kind, float(values.mean()), latency))
        if chosen is not None:
            break
        if promising(values, len(asked.certifying), target):
            chosen = parameters
    return chosen or points[-1].parameters, points


def _certify(
    index: Index,
    kind: QueryKind,
    parameters: SearchParameters,
    asked: Queries,
    truth: Truth,
    k: int,
    monitor: Monitor,
) -> KindOutcome:
    values = measure.recalls(index, asked.certifying, truth, k, parameters, monitor)
    (latency,) = measure.latencies(index, asked.certifying[:_TIMED], k, [parameters], monitor)
    interval = betting_interval(values, confidence=CONFIDENCE)
    return KindOutcome(kind, parameters, float(np.mean(values)), interval, len(values), latency)


STRUCTURES = (FLAT, Recipe("hnsw", "HNSW16", 40), Recipe("ivf", "IVF64,Flat"))
"""What is compared where exact search is quick: it, a graph, and an inverted file."""
