"""Average precision; its mean over queries is mAP."""

import numpy as np

from ..stats.arrays import FloatArray, IntArray
from .family import MetricFamily
from .per_query import PerQuery
from .rankings import Rankings, cutoff
from .tie_groups import TieGroups


def average_precision(rankings: Rankings, k: int | None = None) -> PerQuery:
    """Compute the precision at the rank of each relevant item, averaged; 0 for those that were not found.

    ``AP@k = Σ_{r ≤ k} P@r · [candidate r is relevant] / relevant``. The divisor is the number of relevant
    items, found or not, even if it is larger than `k`, as in trec_eval and ranx. Buckley and Voorhees,
    "Evaluating evaluation measure stability", SIGIR 2000.

    Args:
        rankings: what was ranked and judged.
        k: number of candidates that count; all ranked candidates if None.

    Returns:
        One value in ``[0, 1]`` per query; `PerQuery.mean` is mAP.

    Raises:
        ValueError: `k` is not positive.
    """
    k = min(cutoff(k, rankings.depth), rankings.depth)
    precisions = sum_of_precisions(rankings.groups, np.full(len(rankings.relevant), k))
    return PerQuery.where(rankings.answerable, precisions / np.maximum(rankings.relevant, 1))


def sum_of_precisions(groups: TieGroups, cut: IntArray) -> FloatArray:
    """Expected sum of the precisions at the ranks of relevant candidates, per query, ``(Q,)``.

    Args:
        groups: where the relevant candidates stand.
        cut: how many candidates of each query count, ``(Q,)`` int64.
    """
    # Let a group of n, h of them relevant, start after s candidates, b of them relevant. Rank r of it
    # holds a relevant one with probability h/n, and then 1 + b + (h − 1)(r − s − 1)/(n − 1) of the first r
    # are expected to be relevant. Divided by r and summed over the ranks up to e, this leaves sums of 1/r,
    # which are differences of harmonic numbers.
    harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, int(cut.max(initial=0)) + 1))])
    start, size = np.minimum(groups.start, cut[groups.query]), groups.size
    end = np.minimum(start + size, cut[groups.query])
    slope = (groups.hits - 1) / np.maximum(size - 1, 1)
    inverse_ranks = harmonic[end] - harmonic[start]
    at_start = 1 + groups.before - slope * (start + 1)
    return groups.total(groups.hits / size * (at_start * inverse_ranks + slope * (end - start)))


AVERAGE_PRECISION = MetricFamily(
    "map",
    "mAP",
    average_precision,
    "ap",
    "Average over all right pictures of how clean the ranking is down to each of them.",
)
