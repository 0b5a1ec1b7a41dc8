"""Normalised discounted cumulative gain."""

from functools import partial
from typing import Literal

import numpy as np

from ..stats.arrays import FloatArray
from .family import MetricFamily
from .per_query import PerQuery
from .rankings import Rankings, cutoff

Gain = Literal["linear", "exponential"]


def ndcg_at_k(rankings: Rankings, k: int | None = None, gain: Gain = "linear") -> PerQuery:
    """Compute the discounted gain of the first `k` divided by that of the ideal order.

    ``DCG@k = Σ_{r ≤ k} gain_r / log2(r + 1)`` and ``nDCG@k = DCG@k / DCG@k of all relevant items, best
    first``, including those that were not found. Järvelin and Kekäläinen, "Cumulated gain-based evaluation
    of IR techniques", TOIS 2002. Gains are linear by default, as in scikit-learn and in ranx's ``ndcg``;
    exponential ones, ``2^gain − 1``, are those of Burges and others, "Learning to rank using gradient
    descent", ICML 2005. If every relevant item has a gain of 1, the two are the same.

    Args:
        rankings: what was ranked and judged.
        k: number of candidates that count. If None, all ranked candidates do, and the ideal order holds every
            relevant item, even if there are more than K.
        gain: how a grade is turned into a gain.

    Returns:
        One value in ``[0, 1]`` per query.

    Raises:
        ValueError: `k` is not positive, or `gain` is neither of the two.
    """
    if gain not in ("linear", "exponential"):
        raise ValueError(f'gain must be "linear" or "exponential", got {gain!r}')
    if gain == "exponential":
        rankings = rankings.exponential()
    ideal = _ideal_dcg(rankings, k)
    found = _dcg(rankings, cutoff(k, rankings.depth))
    return PerQuery.where(rankings.answerable, found / np.where(rankings.answerable, ideal, 1.0))


def _dcg(rankings: Rankings, k: int) -> FloatArray:
    # Any order of a tied group is as likely, so each of its ranks has the group's mean gain.
    k = min(k, rankings.depth)
    groups, discounts = rankings.groups.until(k), _cumulated_discounts(k)
    end = np.minimum(groups.start + groups.size, k)
    return groups.total(groups.gain / groups.size * (discounts[end] - discounts[groups.start]))


def _ideal_dcg(rankings: Rankings, k: int | None) -> FloatArray:
    if rankings.ideal is None:
        most = int(rankings.relevant.max(initial=0))
        counted = np.minimum(rankings.relevant, most if k is None else k)
        return _cumulated_discounts(most)[counted]
    width = rankings.ideal.shape[1]
    counted_width = width if k is None else min(k, width)
    discounts = np.diff(_cumulated_discounts(counted_width))
    return np.asarray(rankings.ideal[:, :counted_width] @ discounts)


def _cumulated_discounts(depth: int) -> FloatArray:
    """Sum of the discounts of the first r ranks, for r from 0 to `depth`: shape ``(depth + 1,)``."""
    return np.concatenate([[0.0], np.cumsum(1 / np.log2(np.arange(2, depth + 2)))])


NDCG = MetricFamily(
    "ndcg",
    "nDCG",
    ndcg_at_k,
    meaning="How close the order is to the best possible one; what stands higher counts more.",
)
NDCG_EXPONENTIAL = MetricFamily("ndcg_exp", "nDCG (exponential gain)", partial(ndcg_at_k, gain="exponential"))
