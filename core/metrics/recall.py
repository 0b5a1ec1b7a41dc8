"""Recall at k."""

import numpy as np

from .family import MetricFamily
from .per_query import PerQuery
from .rankings import Rankings, cutoff


def recall_at_k(rankings: Rankings, k: int | None = None) -> PerQuery:
    """Compute the share of the relevant items among the first `k`: ``R@k = hits in the first k / relevant``.

    Manning, Raghavan and Schütze, "Introduction to Information Retrieval", 2008, section 8.3. For the share
    of queries with any hit at all, which some papers on metric learning call Recall@k, see `hit_rate`.

    Args:
        rankings: what was ranked and judged.
        k: number of candidates that count; all ranked candidates if None.

    Returns:
        One value in ``[0, 1]`` per query.

    Raises:
        ValueError: `k` is not positive.
    """
    hits = rankings.groups.hits_within(cutoff(k, rankings.depth))
    return PerQuery.where(rankings.answerable, hits / np.maximum(rankings.relevant, 1))


RECALL = MetricFamily(
    "recall", "R", recall_at_k, "r", "Share of all right pictures that are among the first {k}."
)
