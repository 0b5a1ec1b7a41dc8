"""A re-ranker trained on the verdicts and labels of a collection.

Its features of a pair are the cosine, the rank in the first order, and the local evidence. The classifier is
stored beside the catalogue, as JSON with seventeen numbers and its evaluation; `core.training.reranker`
trains it.
"""

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..collection.collection import Collection
from ..disk_errors import explained
from ..errors import QueryError
from ..private_files import replace_private
from ..reranking.classifier import PairClassifier
from ..reranking.evidence_first import evidence_first
from ..stored import from_json, to_builtins
from .local_match import FirstOrder, SecondOrder, compare_locally
from .rerank.info import RerankerInfo
from .results import LocalEvidence

FEATURES = ("cosine", "place", "inliers", "inlier ratio", "overlap")
_FILE = "reranker.json"


@dataclass(frozen=True)
class LearnedReranker:
    """Puts candidates that are more likely than not to belong to the query first, most probable first.

    It only scores candidates with local evidence. For the others, what it learned would reverse their order:
    in the labeled pairs, look-alikes have the same cosine as duplicates, or a higher one.
    """

    judge: PairClassifier
    name: str = "learned"

    def rerank(self, first: FirstOrder) -> SecondOrder:
        """Re-rank candidates of a query by one picture, since it was trained on pairs of pictures."""
        compared = compare_locally(first)
        if not compared.local:
            return SecondOrder(range(len(first.ids)), {}, compared.note)
        features = pair_features(first.ids, first.scores, compared.local)
        return SecondOrder(new_order(self.judge, features), compared.local, compared.note)


class KeptReranker:
    """The re-ranker trained for the collection that is searched."""

    info = RerankerInfo(
        "learned",
        "What people have taught it",
        "First what your duplicates and labels have taught it to prefer.",
        one_picture=True,
        available=lambda collection: load(collection) is not None,
    )
    name = info.name

    def rerank(self, first: FirstOrder) -> SecondOrder:
        """Re-rank candidates; raises a QueryError if none has been trained yet."""
        learned = load(first.collection, first.space)
        if learned is None:
            raise QueryError(
                f"“{first.collection.name}” has no trained re-ranker yet; train one on its verdicts or "
                f"labels: python -m core train {shlex.quote(first.collection.name)} "
                "--reranker"
            )
        return learned.rerank(first)


def new_order(judge: PairClassifier, features: NDArray[np.float64]) -> list[int]:
    """Compute the new order of candidates with `features` ``(N, 5)``: positions, best first."""
    shown = features[:, FEATURES.index("inliers")] > 0
    return evidence_first(np.where(shown, judge.predict(features), 0.0).tolist(), 0.5)


def pair_features(
    ids: Sequence[int], scores: Sequence[float], local: Mapping[int, LocalEvidence]
) -> NDArray[np.float64]:
    """Compute `FEATURES` of each candidate with the query, ``(N, 5)``; counts and ranks as logarithms."""
    rows = []
    for place, (picture_id, score) in enumerate(zip(ids, scores, strict=True), start=1):
        found = local.get(picture_id)
        shown = (0.0, 0.0, 0.0)
        if found is not None and found.inliers:
            overlap = max(found.overlap_query, found.overlap_hit)
            shown = (np.log1p(found.inliers), found.inliers / found.matches, overlap)
        rows.append((score, np.log(place), *shown))
    return np.array(rows, np.float64).reshape(-1, len(FEATURES))


def save(judge: PairClassifier, collection: Collection, card: Mapping[str, Any]) -> None:
    """Store `judge` for the current space of the collection, replacing the previous one atomically. `card`
    describes its training data and evaluation.


    """
    kept = json.dumps({**to_builtins(judge), "card": card})
    with explained(f"“{collection.name}”"):
        replace_private(collection.space_file(_FILE), kept.encode())


def load(collection: Collection, encoder: str | None = None) -> LearnedReranker | None:
    """Load the re-ranker of the current space or of another one; None if there is no readable one."""
    try:
        judge = from_json(PairClassifier, collection.space_file(_FILE, encoder).read_bytes())
    except (OSError, ValueError):
        return None
    return LearnedReranker(judge) if judge.names == FEATURES else None
