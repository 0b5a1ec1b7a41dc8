"""Candidates close to what the first ten have in common with the query come first."""

from ...reranking.evidence_first import by_score
from ...reranking.query_expansion import expand
from ..local_match import FirstOrder, SecondOrder
from .info import RerankerInfo


class ExpansionReranker:
    """Re-ranks by query expansion (`core.reranking.query_expansion`)."""

    info = RerankerInfo(
        "expansion",
        "What the first answers share",
        "First what resembles the first answers together: wider, and quick.",
    )
    name = info.name

    def rerank(self, first: FirstOrder) -> SecondOrder:
        """Needs only the vectors that are there."""
        vectors = first.collection.vectors_of(first.ids, first.space)
        return SecondOrder(by_score(vectors @ expand(first.vector, vectors)))
