"""Precision at k."""

from .family import MetricFamily
from .per_query import PerQuery
from .rankings import Rankings, cutoff


def precision_at_k(rankings: Rankings, k: int | None) -> PerQuery:
    """Compute the share of the first `k` ranks that are relevant: ``P@k = hits in the first k / k``.

    Ranks without a candidate count as misses, as in trec_eval: a list of 5 has a P@10 of at most 0.5.
    Manning, Raghavan and Schütze, "Introduction to Information Retrieval", 2008, section 8.4.

    Args:
        rankings: what was ranked and judged.
        k: how many places count; as many as candidates were ranked where it is None.

    Returns:
        One value in ``[0, 1]`` per query.

    Raises:
        ValueError: `k` is not positive.
    """
    k = cutoff(k, rankings.depth)
    return PerQuery.where(rankings.answerable, rankings.groups.hits_within(k) / k)


PRECISION = MetricFamily(
    "precision", "P", precision_at_k, "p", "Share of right pictures among the first {k}.", cutoff="required"
)
