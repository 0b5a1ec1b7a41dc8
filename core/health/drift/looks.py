"""Repeated looks spend their error: so that many checks raise a false alarm no more often than one.

A test at level 0.05 that is repeated every day raises about eighteen false alarms a year. Here a year of
looks has one budget α, split once:

- most of it goes to single looks. The s-th of a year may use the share w_s of it (alpha spending): an alarm
  where p ≤ SUDDEN · α · w_s. By the union bound it does not matter how the looks depend on each other.
- the rest goes to evidence that adds up over looks, for a change too slow for any one of them. Each look
  turns its p-value into a bet at fair odds (Vovk and Wang, "E-values: Calibration, combination and
  applications", Annals of Statistics 2021); the wealth of a gambler who begins at look s is the product of
  the bets since, and evidence is the sum of these wealths, weighed by w_s. By Ville's inequality it ever
  reaches 1/α' with probability at most α'. It takes p-values that are independent when nothing changes.
  They are where each new batch is compared with *all* pictures before it: given which pictures there are so
  far, which of them are the new ones says nothing of how those before were split (as with conformal test
  martingales: Vovk, Nouretdinov and Gammerman, "Testing Exchangeability On-Line", ICML 2003; betting as in
  Shekhar and Ramdas, "Nonparametric Two-Sample Testing by Betting", IEEE Transactions on Information Theory
  2023). Other comparisons only spend.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from ...stats.arrays import FloatArray

LOOKS_A_YEAR = 365
SUDDEN = 0.8
"""Share of the budget for single looks."""
_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Look:
    """One look at whether a collection has changed.

    Attributes:
        run: number of the stored health check; 0 before it is stored.
        at: when (UTC).
        reference: what was compared with, in words.
        batch: what was looked at, in words.
        key: names the batch and the reference by their pictures: the same again is the same look.
        p_value: of the test.
        smooth_p: with ties broken at random.
        follows: whether its reference holds every picture of the looks before, and its batch none: then its
            evidence adds to theirs.
        alarm: whether it was one.
        level: the p-value at which this look alone is an alarm.
        evidence: accumulated up to here; an alarm from `evidence_needed` on.
        number: its place in its year, from 1.
        up_to: the largest id among the pictures compared.
    """

    run: int
    at: datetime
    reference: str
    batch: str
    key: str
    p_value: float
    smooth_p: float
    follows: bool
    alarm: bool
    level: float
    evidence: float
    number: int
    up_to: int


@dataclass(frozen=True)
class Decision:
    """What a look with this p-value means after those before it; fields as in `Look`."""

    alarm: bool
    level: float
    evidence: float
    number: int


def weights() -> FloatArray:
    """The shares ``(365,)`` of a year's budget: half to all looks alike, half falling as 1/s; they sum to 1.

    A first look may then use 8 % of the year's budget, and the last one 0.16 %.
    """
    falling = 1 / np.arange(1, LOOKS_A_YEAR + 1)
    return np.asarray(0.5 / LOOKS_A_YEAR + 0.5 * falling / falling.sum())


_WEIGHTS = weights()


def evidence_needed(alpha: float) -> float:
    """The accumulated evidence that is an alarm."""
    return 1 / ((1 - SUDDEN) * alpha)


def bet(smooth_p: float) -> float:
    """What one unit becomes that was bet against “nothing has changed”: ``∫ κ p^(κ−1) dκ`` over ``[0, 1]``.

    Its mean is 1 for a uniform p-value, and it grows as ``1 / (p log² p)`` for a small one.
    """
    p = min(max(smooth_p, 1e-12), 1.0)
    if p > 1 - 1e-4:  # the formula is 0/0 at 1; its limit is 1/2
        return 0.5
    log = math.log(p)
    return (1 - p + p * log) / (p * log * log)


def next_level(before: Sequence[Look], at: datetime, alpha: float) -> float:
    """The p-value at which a look made now is an alarm by itself."""
    return SUDDEN * alpha * float(_WEIGHTS[len(this_year(before, at))])


def decide(
    before: Sequence[Look], p_value: float, smooth_p: float, follows: bool, at: datetime, alpha: float
) -> Decision:
    """Whether a look is an alarm, with what the looks before it have spent.

    An alarm is not taken back by later looks, and evidence is gathered afresh after it, as it does with a new
    year: after `LOOKS_A_YEAR` looks, or 365 days after the year's first one. A clock that was set back
    never ends a year.
    """
    year = this_year(before, at)
    number = len(year) + 1
    level = next_level(before, at, alpha)
    evidence = _accumulated(year, smooth_p) if follows else 0.0
    alarm = p_value <= level or evidence >= evidence_needed(alpha)
    return Decision(alarm, level, evidence, number)


def this_year(looks: Sequence[Look], at: datetime) -> Sequence[Look]:
    """The looks that count towards the budget of the year that a look now, `at`, is in."""
    start = next((i for i in range(len(looks) - 1, -1, -1) if looks[i].number == 1), 0)
    year = looks[start:]
    if not year or len(year) >= LOOKS_A_YEAR or at - year[0].at >= _YEAR:
        return []
    return year


def spent(looks: Sequence[Look], at: datetime) -> float:
    """The share of the year's budget for single looks that is spent, in ``[0, 1]``."""
    return float(_WEIGHTS[: len(this_year(looks, at))].sum())


def _accumulated(year: Sequence[Look], smooth_p: float) -> float:
    """The weighed wealth of gamblers who began at each look that follows from those before it, and go on."""
    wealth = 0.0
    for look in year:
        if look.follows:
            wealth = (wealth + float(_WEIGHTS[look.number - 1])) * bet(look.smooth_p)
        if look.alarm:
            wealth = 0.0
    return (wealth + float(_WEIGHTS[len(year)])) * bet(smooth_p)
