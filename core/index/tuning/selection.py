"""Selection of an index: chosen on some queries, certified on others.

Choosing the best of many on the same queries that judge it is biased. So the index and the
order of its settings are chosen on one part of the queries, and the certificate comes from the other, by
fixed-sequence testing: from the setting that looks safest towards cheaper ones, each against the same bound,
until the first failure. The probability that any setting which passes is below the target is then at most
that of a single test, however many there are (Angelopoulos, Bates, Candès, Jordan and Lei, "Learn then
Test: Calibrating predictive algorithms to achieve risk control", 2021, section 3.2).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...stats.bounded_mean import betting_interval
from .types import CONFIDENCE, Goal, Measured, QueryKind

_CLEARLY = 1.25
"""Latencies that differ by less may swap order when measured again."""


@dataclass(frozen=True)
class Trial:
    """A measurement on the selection queries, with the recall of each of them, ``(A,)``."""

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
    """Whether this many queries can certify `target` at all: with too few, not even perfect answers do."""
    return betting_interval(np.ones(queries), confidence=CONFIDENCE).low >= target


def merit(trials: Trials, counts: Mapping[QueryKind, int], goal: Goal) -> tuple[int, float]:
    """Compute a sort key for indexes, smallest first.

    Those likely to be certified for every kind come first, by latency averaged over the kinds. The others
    follow, by their largest shortfall.
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
    """List the settings worth certifying, from the safest to the cheapest, none clearly slower than a safer
    one.
    """
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
    """The result of certification: the settings that passed, and the first that failed."""

    proven: tuple[Measured, ...]
    failed: Measured | None


def certify(steps: Sequence[Trial], prove: Callable[[Trial], Measured], goal: Goal) -> Proof:
    """Test `steps`, from `path`, one after the other by `prove`, on queries not used to choose them."""
    proven: list[Measured] = []
    failed = None
    for step in steps:
        found = prove(step)
        if found.interval.low < goal.targets[found.kind]:
            failed = found
            break
        proven.append(found)
    return Proof(tuple(proven), failed)
