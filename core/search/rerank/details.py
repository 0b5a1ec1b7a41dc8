"""Candidates that show the query's picture, or a part of it, point by point, come first."""

from ...reranking.evidence_first import evidence_first
from ..local_match import FirstOrder, SecondOrder, compare_locally
from ..results import LocalEvidence
from .info import RerankerInfo


class LocalReranker:
    """Re-ranks by the number of local features that agree on one movement of the picture."""

    info = RerankerInfo(
        "local",
        "Matching details",
        "First what shows the same thing point by point: copies, crops, the same object again.",
        one_picture=True,
    )
    name = info.name

    def rerank(self, first: FirstOrder) -> SecondOrder:
        """Where no candidate shares enough points with the picture, the first order stands."""
        compared = compare_locally(first)
        order = evidence_first([_inliers(compared.local.get(i)) for i in first.ids])
        return SecondOrder(order, compared.local, compared.note)


def _inliers(evidence: LocalEvidence | None) -> int:
    return 0 if evidence is None else evidence.inliers
