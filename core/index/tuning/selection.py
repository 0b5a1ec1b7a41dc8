"""From what was measured to what is built: chosen on some queries, proven on others.

Whoever picks the best of many by the same queries that it is judged by fools himself. So the index and the
order of its settings are chosen on one part of the queries, and the certificate comes from the other, by
fixed-sequence testing: from the setting that looks safest towards cheaper ones, each against the same bound,
until the first that fails. The chance that any setting which passes lies below the target is then no more
than that of a single test, however many there are (Angelopoulos, Bates, Candès, Jordan and Lei, "Learn then
Test: Calibrating predictive algorithms to achieve risk control", 2021, section 3.2).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...stats.bounded_mean import betting_interval
from .types import CONFIDENCE, Goal, Measured, QueryKind

_CLEARLY = 1.25
"""Times that differ by less may be the other way round when they are measured again."""


@dataclass(frozen=True)
class Trial:
    """What was measured by the queries for choosing, with the recall of each of them, ``(A,)``."""

    measured: Measured
    values: NDArray[np.float64]


Trials = Mapping[QueryKind, Sequence[Trial]]
"""The trials of one index."""


def promising(values: NDArray[np.float64], certifying: int, target: float) -> bool:
    """Whether `certifying` fresh queries with recalls like `values` ``(A,)`` would prove the target."""
    if values.mean() < target:
        return False
    alike = np.resize(values, certifying)
    return betting_interval(alike, confidence=CONFIDENCE).low >= target


def provable(target: float, queries: int) -> bool:
    """Whether so many queries can prove `target` at all: of too few not even perfect answers do."""
    return betting_interval(np.ones(queries), confidence=CONFIDENCE).low >= target


def merit(trials: Trials, counts: Mapping[QueryKind, int], goal: Goal) -> tuple[int, float]:
    """A key to order indexes by, smallest first.

    Those that look as if they could be certified for every kind come first, ordered by the time that a query
    takes if every kind is asked equally often. The others follow, by what they lack at most.
    """
    costs, lacks = [], []
    for kind, made in trials.items():
        target = goal.targets[kind]
        good = [t.measured.latency.of(goal.by) for t in made if promising(t.values, counts[kind], target)]
        costs += [min(good)] if good else []
        lacks.append(max((t.measured.recall - target for t in made), default=-1.0))
    if len(costs) == len(trials):
        return 0, float(np.mean(costs))
    return 1, -min(lacks)


def path(trials: Sequence[Trial], goal: Goal) -> list[Trial]:
    """The settings worth proving, from the safest to the cheapest, none clearly slower than a safer one."""
    kept: list[Trial] = []
    fastest = float("inf")
    for trial in sorted(trials, key=lambda t: (-t.measured.recall, t.measured.latency.of(goal.by))):
        took = trial.measured.latency.of(goal.by)
        if took < _CLEARLY * fastest:
            kept.append(trial)
        fastest = min(fastest, took)
    return kept


@dataclass(frozen=True)
class Proof:
    """What came of certifying: the settings that were proven, and the first that was not."""

    proven: tuple[Measured, ...]
    failed: Measured | None


def certify(steps: Sequence[Trial], prove: Callable[[Trial], Measured], goal: Goal) -> Proof:
    """Walk along `steps`, from `path`, and `prove` each by queries that had no part in choosing them."""
    proven: list[Measured] = []
    failed = None
    for step in steps:
        found = prove(step)
        if found.interval.low < goal.targets[found.kind]:
            failed = found
            break
        proven.append(found)
    return Proof(tuple(proven), failed)
