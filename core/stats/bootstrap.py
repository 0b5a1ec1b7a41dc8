"""Bootstrap confidence intervals of a mean over queries."""

from typing import Literal

import numpy as np
from scipy.stats import bootstrap as scipy_bootstrap

from ..errors import MetricError
from .arrays import FloatArray
from .interval import Interval, check_confidence

Method = Literal["bca", "percentile"]
_EQUAL = 1e-12
"""Values that differ by less, as rounding makes them, have no interval: BCa would divide 0 by 0."""
_AT_ONCE = 2_000_000
"""Values resampled at a time: 16 MB of indices and another 16 MB of values."""


def bootstrap_mean(
    values: FloatArray,
    *,
    confidence: float = 0.95,
    resamples: int = 2000,
    method: Method = "bca",
    seed: int = 0,
) -> Interval:
    """Compute a confidence interval of the mean of `values` by resampling them.

    Efron and Tibshirani, "An Introduction to the Bootstrap", 1993: the percentile interval (chapter 13) and
    the bias-corrected and accelerated one (BCa, chapter 14), which is second-order accurate and the default.
    For queries as the unit see Sakai, "Evaluating evaluation metrics based on the bootstrap", SIGIR 2006.
    With only a handful of values both methods give intervals that are too short.

    Args:
        values: ``(N,)``, one per query, without NaN (see `PerQuery.kept`); the queries are taken as
            independent.
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
    if np.ptp(values) <= _EQUAL * max(1.0, abs(mean)):
        return Interval(mean, mean, confidence)
    found = scipy_bootstrap(
        (values.astype(np.float64),),
        np.mean,
        n_resamples=resamples,
        batch=max(1, _AT_ONCE // len(values)),
        vectorized=True,
        confidence_level=confidence,
        method="BCa" if method == "bca" else "percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    if not np.isfinite((found.low, found.high)).all():  # BCa is undefined where no resample is below the mean
        return bootstrap_mean(
            values, confidence=confidence, resamples=resamples, method="percentile", seed=seed
        )
    return Interval(float(found.low), float(found.high), confidence)
