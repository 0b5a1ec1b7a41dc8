"""The sweep: candidates are built and measured one after the other, as far as the time allows."""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...jobs import Cancelled, Deadline, Monitor
from ...stats.bounded_mean import betting_interval
from ..base import Index, SearchParameters
from ..build import build
from ..presets import settings
from ..spec import Recipe
from ..storage import saved_bytes
from . import measure
from .ground_truth import Truth
from .selection import Trial, Trials, merit, promising
from .types import CONFIDENCE, Candidate, Gallery, Goal, Latency, Measured, Queries, QueryKind
from .wording import bytes_text, recipe_title

SHARE = 100
"""Steps of progress per candidate."""
_FIRST_LOOK = 64
"""Queries of a first look that decides whether a setting is measured on all of them."""
_HOPELESS = 0.1
"""A setting this far below its target after the first look is not measured further."""
_TIMED = 200
_GLANCE = 20
_DOUBLINGS = 4


@dataclass(frozen=True)
class Bench:
    """The test bench that all candidates share.

    Attributes:
        gallery: the vectors searched.
        queries: the queries, by kind.
        truths: the ground truth of the selection queries, by kind.
        exact: latency of exact search.
        scratch: a directory for temporary files.
    """

    gallery: Gallery
    queries: Mapping[QueryKind, Queries]
    truths: Mapping[QueryKind, Truth]
    exact: Latency
    scratch: Path


@dataclass
class Sweep:
    """The result of a sweep; `recipe`, `index` and `trials` are those of the most promising candidate."""

    candidates: list[Candidate] = field(default_factory=list)
    points: list[Measured] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    recipe: Recipe | None = None
    index: Index | None = None
    trials: Trials = field(default_factory=dict)


def sweep(bench: Bench, recipes: Sequence[Recipe], goal: Goal, deadline: Deadline, monitor: Monitor) -> Sweep:
    """Build and measure `recipes` in their order until the deadline; the best is kept in memory.

    A recipe is skipped if its kind has taken longer than the time left, and abandoned if the time runs out
    while it is built. The monitor advances by `SHARE` steps per recipe.

    Raises:
        Cancelled: the monitor was asked to stop.
        IndexingError: the vectors cannot be indexed.
    """
    found = Sweep()
    counts: dict[QueryKind, int] = {kind: len(asked.certifying) for kind, asked in bench.queries.items()}
    taken: dict[str, float] = {}
    passed_over: list[str] = []
    best: tuple[int, float] | None = None
    for number, recipe in enumerate(recipes, start=1):
        monitor.check()
        name = recipe_title(recipe)
        if deadline.left_s <= taken.get(recipe.family, 0.0):
            passed_over.append(name)
            monitor.advance(SHARE)
            continue
        step = monitor.subtask(SHARE, deadline, f"Building {name} ({number} of {len(recipes)})")
        begun = time.perf_counter()
        try:
            index = build(recipe, bench.gallery.ids, bench.gallery.vectors, step)
        except Cancelled:
            monitor.check()
            found.notes.append(_given_up(name, step, bench))
            step.finish()
            continue
        build_s = time.perf_counter() - begun
        monitor.say(f"Measuring {name} ({number} of {len(recipes)})")
        trials: dict[QueryKind, list[Trial]] = {
            kind: _trials(recipe, index, bench, kind, goal, counts[kind], monitor) for kind in bench.queries
        }
        found.candidates.append(
            Candidate(recipe, build_s, index.memory_bytes, saved_bytes(index, bench.scratch))
        )
        found.points += [trial.measured for made in trials.values() for trial in made]
        step.finish()
        taken[recipe.family] = max(taken.get(recipe.family, 0.0), time.perf_counter() - begun)
        if goal.memory_bytes is not None and index.memory_bytes > goal.memory_bytes:
            found.notes.append(
                f"{name} takes {bytes_text(index.memory_bytes)} of memory, more than the "
                f"{bytes_text(goal.memory_bytes)} that were allowed."
            )
            continue
        rank = merit(trials, counts, goal)
        if best is None or rank < best:
            best, found.recipe, found.index, found.trials = rank, recipe, index, trials
    if passed_over:
        found.notes.append(f"There was no time left for {', '.join(passed_over)}.")
    return found


def measured(
    recipe: Recipe,
    parameters: SearchParameters,
    kind: QueryKind,
    values: NDArray[np.float64],
    latency: Latency,
) -> Measured:
    """Summarise the recalls of single queries."""
    interval = betting_interval(values, confidence=CONFIDENCE)
    return Measured(recipe, parameters, kind, float(values.mean()), interval, len(values), latency)


def _trials(
    recipe: Recipe, index: Index, bench: Bench, kind: QueryKind, goal: Goal, certifying: int, monitor: Monitor
) -> list[Trial]:
    """Measure settings from cheap to expensive, up to one more expensive than the first that looks good
    enough.
    """
    queries, truth, target = bench.queries[kind].choosing, bench.truths[kind], goal.targets[kind]
    tried: list[tuple[SearchParameters, NDArray[np.float64]]] = []
    good = 0
    for parameters in _ever_dearer(recipe):
        monitor.check()
        first = min(_FIRST_LOOK, len(queries))
        values = measure.recalls(index, queries[:first], truth.part(0, first), goal.k, parameters, monitor)
        if values.mean() >= target - _HOPELESS:
            rest = truth.part(first, len(queries))
            more = measure.recalls(index, queries[first:], rest, goal.k, parameters, monitor)
            values = np.concatenate([values, more])
        tried.append((parameters, values))
        good += promising(values, certifying, target)
        (took,) = measure.latencies(index, queries[:_GLANCE], goal.k, [parameters], monitor)
        # One more than needed, as the start of certification; none that would be slower than exact search.
        if good > 1 or took.of(goal.by) > bench.exact.of(goal.by):
            break
    every = measure.latencies(index, queries[:_TIMED], goal.k, [one for one, _ in tried], monitor)
    return [
        Trial(measured(recipe, parameters, kind, values, took), values)
        for (parameters, values), took in zip(tried, every, strict=True)
    ]


def _ever_dearer(recipe: Recipe) -> Iterator[SearchParameters]:
    """Iterate over the settings to try, and then keep doubling the last: text queries may need more."""
    last = SearchParameters()
    for last in settings(recipe):
        yield last
    lists = re.search(r"IVF(\d+)", recipe.factory)
    for _ in range(_DOUBLINGS):
        doubled = {name: 2 * value for name, value in asdict(last).items() if value is not None}
        if lists and "nprobe" in doubled:
            doubled["nprobe"] = min(doubled["nprobe"], int(lists[1]))
        before, last = last, SearchParameters(**doubled)
        if last == before:
            return
        yield last


def _given_up(name: str, step: Monitor, bench: Bench) -> str:
    now = step.snapshot()
    done = now.fraction or 0.0
    told = f"{name} over {len(bench.gallery.ids):,} vectors was given up after {now.elapsed_s:.0f} s"
    if done < 0.01:
        return f"{told}, when the time was up."
    whole = now.elapsed_s / done
    return f"{told}, {100 * done:.0f} % built, when the time was up; it needs about {whole:.0f} s."
