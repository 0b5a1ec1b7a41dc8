"""Candidates that add something to those before them come first: varied answers instead of ten alike."""

from ...reranking.diversity import diverse_order
from ..local_match import FirstOrder, SecondOrder
from .info import RerankerInfo


class DiversityReranker:
    """Re-ranks by maximal marginal relevance (`core.reranking.diversity`)."""

    info = RerankerInfo(
        "diverse",
        "Varied answers",
        "First what fits and is unlike the answers before it: copies and near-copies move down.",
    )
    name = info.name

    def rerank(self, first: FirstOrder) -> SecondOrder:
        """Needs only the vectors that are there."""
        vectors = first.collection.vectors_of(first.ids, first.space)
        return SecondOrder(diverse_order(first.scores, vectors))
