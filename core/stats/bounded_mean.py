"""Lower confidence bounds of the mean of bounded values, whatever their distribution.

Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", JRSS-B 2023: a gambler
bets against "the mean is m"; if m is the mean, the capital ever exceeds 1/α with a probability of at most α
(Ville's inequality), so every m against which the capital grows that large is ruled out. The bets follow the
variance seen so far (section 4.2, "predictable plug-in"), so values that hardly vary, such as the recall of a
good index, are bounded far more tightly than by Hoeffding's inequality: for 1,000 values around 0.993 to
within 0.0041 instead of 0.043 (confidence 0.975).
"""

import math

import numpy as np

from .arrays import FloatArray
from .interval import Interval, check_confidence

_LARGEST_BET = 0.95
"""Share of the capital that may be lost on one value. The authors' 0.5 to 0.75 are safer for values spread
over all of [0, 1]; for recalls near 1 larger bets win: 0.0041 below a mean of 0.993 instead
of 0.0051 at 0.75 (1,000 values, confidence 0.975)."""
_HALVINGS = 50


def betting_lower_bound(values: FloatArray, confidence: float, seed: int = 0) -> float:
    """Compute a lower bound of the mean in ``[0, 1]`` that holds with a probability of at least `confidence`.

    Args:
        values: ``(N,)`` in ``[0, 1]``: independent draws, or draws without replacement. If there are none,
            the bound is 0.
        confidence: between 0 and 1, one-sided.
        seed: seeds the random order in which the values are processed, so that their own order does not
            matter.

    Raises:
        ValueError: a value is outside ``[0, 1]`` or is not finite, or the confidence is out of range.
    """
    check_confidence(confidence)
    if values.ndim != 1 or not np.all((values >= 0) & (values <= 1)):  # NaN fails both comparisons
        raise ValueError("values of shape (N,) between 0 and 1 expected")
    if not len(values):
        return 0.0
    shuffled = np.random.default_rng(seed).permutation(values).astype(np.float64)
    riches = math.log(1 / (1 - confidence))
    bets = _bets(shuffled, riches)
    # The largest capital falls as m grows, so the boundary is found by bisection.
    low, high = 0.0, float(shuffled.mean())
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if middle > 0 and _largest_capital(shuffled, bets, middle) >= riches:
            low = middle
        else:
            high = middle
    return low


def betting_interval(values: FloatArray, *, confidence: float = 0.95, seed: int = 0) -> Interval:
    """Compute a confidence interval of the mean of `values` whose coverage is at least `confidence`.

    Its ends are the one-sided bounds that fail with half the probability each; see `betting_lower_bound`.

    Raises:
        ValueError: as `betting_lower_bound` does.
    """
    check_confidence(confidence)
    one_sided = (1 + confidence) / 2
    low = betting_lower_bound(values, one_sided, seed)
    return Interval(low, 1 - betting_lower_bound(1 - values, one_sided, seed), confidence)


def _bets(values: FloatArray, riches: float) -> FloatArray:
    """Compute the stake on each value, which depends only on the values before it."""
    counts = np.arange(1, len(values) + 1)
    means = (0.5 + np.cumsum(values)) / (counts + 1)
    variances = (0.25 + np.cumsum((values - means) ** 2)) / (counts + 1)
    known = np.concatenate([[0.25], variances[:-1]])
    return np.asarray(np.sqrt(2 * riches / (len(values) * known)), np.float64)


def _largest_capital(values: FloatArray, bets: FloatArray, mean: float) -> float:
    """Compute the logarithm of the largest capital that a gambler against `mean` ever has, starting with
    1.
    """
    growth = np.log1p(np.minimum(bets, _LARGEST_BET / mean) * (values - mean))
    return float(np.cumsum(growth).max())
