"""Bootstrap confidence intervals of a mean over queries."""

from statistics import NormalDist
from typing import Literal

import numpy as np

from ..errors import MetricError
from .arrays import FloatArray
from .interval import Interval, check_confidence

Method = Literal["bca", "percentile"]
_AT_ONCE = 2_000_000
"""Values resampled at a time: 16 MB of indices and as much of values."""


def bootstrap_mean(
    values: FloatArray,
    *,
    confidence: float = 0.95,
    resamples: int = 2000,
    method: Method = "bca",
    seed: int = 0,
) -> Interval:
    """Confidence interval of the mean of `values`, by resampling them.

    Efron and Tibshirani, "An Introduction to the Bootstrap", 1993: the percentile interval (chapter 13) and
    the bias-corrected and accelerated one (BCa, chapter 14), which is second-order accurate and the default.
    For queries as the unit see Sakai, "Evaluating evaluation metrics based on the bootstrap", SIGIR 2006.
    A handful of values gives too short an interval by either method.

    Args:
        values: ``(N,)``, one a query, no NaN (see `PerQuery.kept`); they stand for independent queries.
        confidence: between 0 and 1.
        resamples: how many times to draw N of the N values with replacement.
        method: ``"bca"`` or ``"percentile"``.
        seed: the same seed gives the same interval.

    Raises:
        ValueError: a setting is out of its range, or a value is not finite.
        MetricError: there are fewer than two values.
    """
    check_confidence(confidence)
    if values.ndim != 1 or not np.isfinite(values).all():
        raise ValueError("finite values of shape (N,) expected")
    if resamples < 1 or method not in ("bca", "percentile"):
        raise ValueError(f"resamples ≥ 1 and a known method expected, got {resamples} and {method!r}")
    if len(values) < 2:
        raise MetricError(
            f"A confidence interval needs at least two queries with something to find; there "
            f"{'is one' if len(values) else 'are none'}."
        )
    mean = float(values.mean())
    if values.min() == values.max():
        return Interval(mean, mean, confidence)
    means = _resampled_means(values.astype(np.float64), resamples, np.random.default_rng(seed))
    tails = ((1 - confidence) / 2, (1 + confidence) / 2)
    if method == "bca":
        tails = _corrected_tails(values, means, tails)
    low, high = np.quantile(means, tails)
    return Interval(float(low), float(high), confidence)


def _resampled_means(values: FloatArray, resamples: int, rng: np.random.Generator) -> FloatArray:
    n = len(values)
    means = np.empty(resamples)
    step = max(1, _AT_ONCE // n)
    for start in range(0, resamples, step):
        rows = min(step, resamples - start)
        means[start : start + rows] = values[rng.integers(0, n, (rows, n))].mean(axis=1)
    return means


def _corrected_tails(
    values: FloatArray, means: FloatArray, tails: tuple[float, float]
) -> tuple[float, float]:
    normal = NormalDist()
    mean = values.mean()
    # Resampled means of few distinct values often equal the mean: half of those count as below it.
    close = np.isclose(means, mean, rtol=1e-12, atol=0)
    below = np.count_nonzero((means < mean) & ~close) + np.count_nonzero(close) / 2
    share = min(max(below / len(means), 0.5 / len(means)), 1 - 0.5 / len(means))
    bias = normal.inv_cdf(share)
    # The jackknife's leave-one-out means differ from the mean by (mean − value)/(N − 1), so its skewness,
    # which is the acceleration, follows from the values themselves.
    # It has no unit, so the values are scaled to keep their cubes from vanishing.
    centred = (values - mean) / np.abs(values - mean).max()
    acceleration = float((centred**3).sum() / (6 * (centred**2).sum() ** 1.5))

    def corrected(tail: float) -> float:
        shifted = bias + normal.inv_cdf(tail)
        return normal.cdf(bias + shifted / (1 - acceleration * shifted))

    return corrected(tails[0]), corrected(tails[1])
