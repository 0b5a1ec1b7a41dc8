"""Hit rate at k."""

import numpy as np

from .family import MetricFamily
from .first_hit import expected_worth
from .per_query import PerQuery
from .rankings import Rankings, cutoff


def hit_rate(rankings: Rankings, k: int | None = None) -> PerQuery:
    """1 where something relevant stands among the first `k`, else 0; between them only through ties.

    Its mean is what papers on metric learning call Recall@k (Jégou, Douze and Schmid, "Product quantization
    for nearest neighbor search", TPAMI 2011), and success@k elsewhere.

    Args:
        rankings: what was ranked and judged.
        k: how many candidates count; all that were ranked where it is None.

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
