"""Reciprocal rank; its mean over queries is MRR."""

import numpy as np

from .family import MetricFamily
from .first_hit import expected_worth
from .per_query import PerQuery
from .rankings import Rankings, cutoff


def reciprocal_rank(rankings: Rankings, k: int | None = None) -> PerQuery:
    """Compute ``RR@k = 1 / rank of the first relevant candidate``, or 0 if none is among the first `k`.

    Voorhees, "The TREC-8 question answering track report", 1999.

    Args:
        rankings: what was ranked and judged.
        k: number of candidates that count; all ranked candidates if None.

    Returns:
        One value in ``[0, 1]`` per query; `PerQuery.mean` is MRR.

    Raises:
        ValueError: `k` is not positive.
    """
    worth = 1 / np.arange(1, min(cutoff(k, rankings.depth), rankings.depth) + 1)
    return PerQuery.where(rankings.answerable, expected_worth(rankings.groups, worth))


RECIPROCAL_RANK = MetricFamily(
    "mrr", "MRR", reciprocal_rank, "rr", "One over the rank of the first right picture."
)
