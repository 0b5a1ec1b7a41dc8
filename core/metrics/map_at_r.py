"""Mean average precision at R."""

import numpy as np

from .average_precision import sum_of_precisions
from .family import MetricFamily
from .per_query import PerQuery
from .rankings import Rankings


def map_at_r(rankings: Rankings, k: int | None = None) -> PerQuery:
    """Average precision over the first R candidates, where R is the number of relevant items of the query.

    ``MAP@R = Σ_{r ≤ R} P@r · [candidate r is relevant] / R``; 1 only where the first R are the relevant ones.
    Musgrave, Belongie and Lim, "A metric learning reality check", ECCV 2020. Where R is above the number of
    candidates that were ranked, those that were not ranked count as misses.

    Args:
        rankings: what was ranked and judged.
        k: None; the cut-off is R.

    Returns:
        One value in ``[0, 1]`` per query.

    Raises:
        ValueError: `k` is given.
    """
    if k is not None:
        raise ValueError("MAP@R has its own cut-off, the number of relevant items")
    cut = np.minimum(rankings.relevant, rankings.depth)
    found = sum_of_precisions(rankings.groups, cut)
    return PerQuery.where(rankings.answerable, found / np.maximum(rankings.relevant, 1))


MAP_AT_R = MetricFamily(
    "map_at_r",
    "MAP@R",
    map_at_r,
    "map@r",
    "How clean the ranking is over as many places as there are right pictures; 1 only if these come first.",
    cutoff="none",
)
