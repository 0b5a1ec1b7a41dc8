"""Hit rate at k."""

import numpy as np

from .family import MetricFamily
from .first_hit import expected_worth
from .per_query import PerQuery
from .rankings import Rankings, cutoff


def hit_rate(rankings: Rankings, k: int | None = None) -> PerQuery:
    """Return 1 where a relevant candidate is among the first `k`, else 0; in between only because of ties.

    Its mean is what papers on metric learning call Recall@k (Jégou, Douze and Schmid, "Product quantization
    for nearest neighbor search", TPAMI 2011), and success@k elsewhere.

    Args:
        rankings: what was ranked and judged.
        k: number of candidates that count; all ranked candidates if None.

    Returns:
        One value in ``[0, 1]`` per query.

    Raises:
        ValueError: `k` is not positive.
    """
    worth = np.ones(min(cutoff(k, rankings.depth), rankings.depth))
    return PerQuery.where(rankings.answerable, expected_worth(rankings.groups, worth))


HIT_RATE = MetricFamily(
    "hit_rate", "Hit rate", hit_rate, "hit", "Share of queries with a right picture among the first {k}."
)
