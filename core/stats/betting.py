"""Test that the share of successes in a finite population is large enough, with a look after every draw.

A gambler who bets against “the share is below p” and gets fair odds under it is unlikely to grow rich if it
is true: by Ville's inequality, wealth ever reaches 1/α with a probability of at most α. So wealth is evidence
that may be looked at after each draw, and drawing may stop whenever it suffices, which an exact binomial test
of a fixed number of draws does not allow. Drawing is without replacement, and the odds follow what is
left: Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", JRSS B 2024;
for finite populations "Confidence sequences for sampling without replacement", NeurIPS 2020.
"""

import numpy as np

from .arrays import BoolArray, FloatArray

_STAKES = np.arange(1, 11) / 10
_WEIGHTS = np.append(np.full(9, 2 / 27), 1 / 3)
"""A gambler for each stake, from cautious to all-in, each with a share of the money. A third goes all-in, so
that successes without a failure are shown with few draws: 73 for a share of 0.95 at α = 0.05, where the exact
binomial test of a fixed number takes 59."""


def log_wealth(successes: BoolArray, population: int, share: float) -> FloatArray:
    """Compute the logarithm of the wealth after each draw, against “fewer than `share` of the population are
    successes”.

    Args:
        successes: ``(n,)`` bool, draws without replacement in the order in which they were drawn.
        population: size of the population.
        share: in ``(0, 1]``.

    Returns:
        ``(n,)``; wealth begins at 1, and is infinite once the draws alone refute the hypothesis.

    Raises:
        ValueError: there are more draws than members of the population, or the share is out of range.
    """
    n = len(successes)
    if n > population:
        raise ValueError(f"at most {population} draws expected, got {n}")
    allowed = most_below(population, share)
    before = np.append(0, np.cumsum(successes)[:-1]) if n else np.empty(0)
    left = population - np.arange(n)
    # The chance of a success at the next draw if the hypothesis is as nearly false as it can be.
    chance = np.clip((allowed - before) / left, 0.0, 1.0)[:, None]
    with np.errstate(divide="ignore"):  # all-in and lost: wealth 0; certain not to happen and happened: ∞
        won = np.log1p(_STAKES * (1 / chance - 1)) if n else np.empty((0, len(_STAKES)))
        lost = np.log1p(-_STAKES)
        steps = np.where(successes[:, None], won, lost)
    with np.errstate(invalid="ignore"):
        each = np.cumsum(steps, axis=0) + np.log(_WEIGHTS)
    each[np.isnan(each)] = -np.inf  # a gambler who lost everything stays at zero
    top = each.max(axis=1, initial=-np.inf)
    with np.errstate(invalid="ignore"):
        total = top + np.log(np.exp(each - np.where(np.isfinite(top), top, 0.0)[:, None]).sum(axis=1))
    refuted = np.cumsum(successes) > allowed
    return np.where(refuted, np.inf, total)


def most_below(population: int, share: float) -> int:
    """Return the largest number of successes below `share` of the population; −1 if there is none.

    Raises:
        ValueError: the share is outside ``(0, 1]``.
    """
    if not 0 < share <= 1:
        raise ValueError(f"a share above 0 and at most 1 expected, got {share}")
    # A share such as 0.95 is not exact in binary: 0.95 × 20 must count as 19.
    return int(np.ceil(share * population - 1e-9)) - 1


def draws_needed(log_wealth_now: float, rate: float, share: float, alpha: float, most: int) -> int | None:
    """Estimate how many more draws will take the wealth to ``1/alpha`` if successes come at the rate `rate`.

    The estimate is that of a large population with the money spread as at the start; it is meant for
    planning.

    Returns:
        at least 1 if the target is not reached yet, 0 if it is, None if it takes more than `most`.
    """
    missing = -np.log(alpha) - log_wealth_now
    if missing <= 0:
        return 0
    draws = np.arange(1, most + 1)[:, None]
    stakes = _STAKES[:-1] if rate < 1 else _STAKES
    weights = _WEIGHTS[:-1] if rate < 1 else _WEIGHTS
    growth = rate * np.log1p(stakes * (1 / share - 1)) + (1 - rate) * np.log1p(
        -np.where(stakes < 1, stakes, 0.0)
    )
    wealth = np.log((weights * np.exp(np.minimum(draws * growth, 700.0))).sum(axis=1))
    enough = np.flatnonzero(wealth >= missing)
    return int(enough[0]) + 1 if len(enough) else None
