"""Paired randomization test: whether one ranking is better than another on the same queries."""

from dataclasses import dataclass

import numpy as np

from ..errors import MetricError
from .arrays import FloatArray
from .bootstrap import bootstrap_mean
from .interval import Interval

_EXACT_UP_TO = 20
"""Differences up to which all signs are tried: 2^20 sums take a few milliseconds and 8 MB."""
_AT_ONCE = 4_000_000
"""Signs drawn at a time, 32 MB as float64."""
_SLACK = 1e-9
"""Sums this close, relative to the sum of all magnitudes, are equal: they differ by rounding only."""


@dataclass(frozen=True)
class PairedResult:
    """A comparison of two rankings over the same queries.

    Attributes:
        difference: mean of (after − before) over the queries.
        interval: BCa bootstrap interval of that mean.
        p_value: probability, two-sided, of a difference this large if the two rankings were exchangeable.
        exact: whether every assignment of signs was tried, rather than a sample.
        better: number of queries on which the second ranking is better.
        worse: number on which it is worse.
        equal: number on which nothing changed.
    """

    difference: float
    interval: Interval
    p_value: float
    exact: bool
    better: int
    worse: int
    equal: int

    @property
    def queries(self) -> int:
        """Number of queries that were compared."""
        return self.better + self.worse + self.equal


def paired_test(
    before: FloatArray,
    after: FloatArray,
    *,
    confidence: float = 0.95,
    resamples: int = 10_000,
    seed: int = 0,
) -> PairedResult:
    """Run Fisher's randomisation test on the per-query differences of two rankings.

    If the two were exchangeable, the sign of each difference would be a coin toss, so the p-value is the
    share of all assignments of signs under which the mean is at least as far from 0 as the one observed.
    With up to 20 non-zero differences all assignments are tried. Beyond that `resamples` are drawn, and
    ``p = (1 + as far) / (1 + resamples)``, which keeps the test valid (Phipson and Smyth, 2010). Fisher, "The
    Design of Experiments", 1935, section 21; for retrieval: Smucker, Allan and Carterette, "A comparison of
    statistical significance tests for information retrieval evaluation", CIKM 2007.

    Args:
        before: ``(Q,)``, one value per query, such as `PerQuery.values`.
        after: ``(Q,)``, the same queries in the same order. Queries that are NaN in both are left out.
        confidence: of the interval of the mean difference.
        resamples: number of sign assignments to draw, which bounds the p-value from below.
        seed: the same seed gives the same result.

    Raises:
        ValueError: shapes do not match, a query has a value in only one of the two, or a setting is out of
            its range.
        MetricError: fewer than two queries have values.
    """
    if before.ndim != 1 or before.shape != after.shape or resamples < 1:
        raise ValueError(
            f"two arrays of one shape (Q,) and resamples ≥ 1 expected, "
            f"got {before.shape}, {after.shape} and {resamples}"
        )
    answered = ~np.isnan(before)
    if np.any(answered == np.isnan(after)):
        raise ValueError(
            "a query has a value in only one of the two; compare rankings of the same judgements"
        )
    differences = after[answered] - before[answered]
    if len(differences) < 2:
        raise MetricError("A comparison needs at least two queries with something to find.")
    # Subtraction leaves 0.1 + 0.2 − 0.3 where nothing changed.
    differences[np.abs(differences) < 1e-12] = 0.0
    # A difference of 0 has no sign: leaving it out changes no sum.
    signed = differences[differences != 0]
    exact = len(signed) <= _EXACT_UP_TO
    p_value = _exact_p(signed) if exact else _sampled_p(signed, resamples, np.random.default_rng(seed))
    return PairedResult(
        float(differences.mean()),
        bootstrap_mean(differences, confidence=confidence, seed=seed),
        p_value,
        exact,
        int(np.count_nonzero(differences > 0)),
        int(np.count_nonzero(differences < 0)),
        int(np.count_nonzero(differences == 0)),
    )


def _exact_p(differences: FloatArray) -> float:
    if not len(differences):
        return 1.0
    # An assignment and its opposite are equally far from 0, so the first sign may stay as it is.
    sums = differences[:1]
    for difference in differences[1:]:
        sums = np.concatenate([sums - difference, sums + difference])
    return float(np.mean(np.abs(sums) >= _as_far_as(differences)))


def _sampled_p(differences: FloatArray, resamples: int, rng: np.random.Generator) -> float:
    n, far = len(differences), 0
    bound, total = _as_far_as(differences), differences.sum()
    step = max(1, _AT_ONCE // n)
    for start in range(0, resamples, step):
        rows = min(step, resamples - start)
        # Bits are drawn eight to a byte; a set bit keeps the sign of its difference, the others flip it.
        drawn = np.frombuffer(rng.bytes(rows * ((n + 7) // 8)), np.uint8).reshape(rows, -1)
        kept = np.unpackbits(drawn, axis=1, count=n).astype(np.float64) @ differences
        far += int(np.count_nonzero(np.abs(2 * kept - total) >= bound))
    return (1 + far) / (1 + resamples)


def _as_far_as(differences: FloatArray) -> float:
    return float(abs(differences.sum()) - _SLACK * np.abs(differences).sum())
