"""How good a ranking is, from which of its answers were relevant.

All functions take `relevance`, booleans of shape ``(queries, answers)`` with the best answer first, and
return one value per query, so that a caller can average, bootstrap or pair them.
"""

import numpy as np
from numpy.typing import NDArray

BoolArray = NDArray[np.bool_]
Array = NDArray[np.float64]


def precision_at_k(relevance: BoolArray, k: int) -> Array:
    """Return the share of relevant answers among the first `k`: ``(queries,)`` in ``[0, 1]``.

    A ranking shorter than `k` counts as if irrelevant answers followed.

    Raises:
        ValueError: `k` is less than 1, or `relevance` is not a matrix.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    found: Array = _matrix(relevance)[:, :k].sum(axis=1) / k
    return found


def average_precision(relevance: BoolArray, total: NDArray[np.integer] | None = None) -> Array:
    """Return the mean of the precisions at each relevant answer: ``(queries,)`` in ``[0, 1]``.

    ``AP = 1/R · Σ P@i · rel(i)``, Manning et al., Introduction to Information Retrieval, 2008, section 8.4.
    A query without relevant answers has 0.

    Args:
        relevance: ``(queries, answers)``, the best answer first.
        total: how many relevant answers each query has, found or not ``(queries,)``; by default those in
            `relevance`, which is right when the whole gallery is ranked.
    """
    relevant = _matrix(relevance)
    ranks = np.arange(1, relevant.shape[1] + 1)
    precisions = np.cumsum(relevant, axis=1) / ranks
    counts = relevant.sum(axis=1) if total is None else np.asarray(total)
    result: Array = (precisions * relevant).sum(axis=1) / np.maximum(counts, 1)
    return result


def bootstrap_interval(
    values: Array, *, level: float = 0.95, resamples: int = 2000, seed: int = 0
) -> tuple[float, float]:
    """Return the percentile bootstrap interval of the mean of `values` (one per query).

    Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.

    Raises:
        ValueError: there are no values.
    """
    sample = np.asarray(values, dtype=np.float64)
    if sample.size == 0:
        raise ValueError("no values to resample")
    rng = np.random.default_rng(seed)
    chosen = rng.integers(0, sample.size, (resamples, sample.size))
    low, high = np.quantile(sample[chosen].mean(axis=1), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _matrix(relevance: BoolArray) -> BoolArray:
    relevant = np.asarray(relevance, dtype=np.bool_)
    if relevant.ndim != 2:
        raise ValueError(f"relevance must be (queries, answers), not of shape {relevant.shape}")
    return relevant
