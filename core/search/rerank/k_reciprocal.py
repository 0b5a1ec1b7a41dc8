"""Candidates that are neighbours of the query and of its neighbours in turn come first."""

from ...reranking.evidence_first import by_score
from ...reranking.k_reciprocal import k_reciprocal_distances
from ..local_match import FirstOrder, SecondOrder
from .info import RerankerInfo


class KReciprocalReranker:
    """Re-ranks by k-reciprocal neighbours (`core.reranking.k_reciprocal`)."""

    info = RerankerInfo(
        "k-reciprocal",
        "Mutual neighbours",
        "First what has the query among its own neighbours: better on whole kinds of things.",
    )
    name = info.name

    def rerank(self, first: FirstOrder) -> SecondOrder:
        """Needs only the vectors that are there."""
        vectors = first.collection.vectors_of(first.ids, first.space)
        return SecondOrder(by_score(-k_reciprocal_distances(first.vector, vectors)))
