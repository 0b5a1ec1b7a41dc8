"""The match cut-off: an honest “no good match” instead of ten bad results.

The cut-off is a cosine, calibrated on the collection itself with queries that have a good match: its own
pictures, each searched among all the others, and its own captions and labels as texts. Such queries fall
below it with a probability of at most α, whatever their distribution (split conformal
prediction: Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World", 2005; nearest-neighbour
distance as the score: Sun et al., "Out-of-distribution detection with deep nearest neighbors", ICML 2022).
How many queries without a good match it detects depends on how far off they are, which
`benchmarks/reranking.py` measures. Pictures and texts are calibrated separately: texts lie off the manifold
of the pictures, and their cosines are far smaller.

Measuring the best hit in standard deviations of the query's own cosines was tried and is worse than chance. A
picture of a guitar is about equally far from every dress, so the spread is small, and its best hit stands out
more than that of a dress.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..collection.collection import Collection
from ..embedding.base import Encoder
from ..errors import QueryError
from ..index.tuning.types import QueryKind
from .query import Query

if TYPE_CHECKING:
    from ..index_manager.manager import IndexKeeper

ALPHA = 0.05
"""The default share of queries with a good match that may be reported to have none."""

_QUESTIONS = 300
"""Maximum number of calibration queries: the quantile at 5 % is then accurate to about 1.3 points."""
_FEWEST = 5
"""With fewer, the cut-off would depend on a single odd picture or caption."""
_ROUNDING = 1e-6
"""Tolerance: the cosine of a query differs in the last bits between single and batch searches."""


@dataclass(frozen=True)
class Cutoff:
    """The minimum cosine of a good match.

    Attributes:
        kind: of queries to which it applies, pictures or texts.
        score: hits below this cosine are not good
            matches.
        alpha: at most this share of queries with a good match is expected to be reported to have none. Larger
            than requested if there were too few queries to guarantee that.
        questions: number of calibration queries.
    """

    kind: QueryKind
    score: float
    alpha: float
    questions: int


def calibrated(best: NDArray[np.floating], alpha: float, kind: QueryKind) -> Cutoff | None:
    """Compute the cut-off from the best scores ``(N,)`` of queries with a good match; None for fewer than
    five.

    Raises:
        QueryError: `alpha` is not between 0 and 1.
    """
    check_alpha(alpha)
    count = len(best)
    if count < _FEWEST:
        return None
    # A further query is equally likely to rank anywhere among these, so it falls below the k-th smallest
    # with probability k / (N + 1) at most.
    k = max(1, int(alpha * (count + 1)))
    return Cutoff(kind, float(np.sort(best)[k - 1]) - _ROUNDING, max(alpha, 1 / (count + 1)), count)


def check_alpha(alpha: float) -> None:
    """Validate a rate.

    Raises:
        QueryError: `alpha` is not strictly between 0 and 1.
    """
    if not 0 < alpha < 1:
        raise QueryError("The rate of good matches that may be missed must lie between 0 and 1.")


def kind_of(query: Query) -> QueryKind | None:
    """Return the calibration that applies to `query`; None for mixtures and parts of pictures, whose cosines
    differ.
    """
    if query.unlike or query.region is not None:
        return None
    words = bool(query.text.strip()) + sum(isinstance(one, str) and bool(one.strip()) for one in query.like)
    pictures = (query.image is not None) + sum(isinstance(one, int) for one in query.like)
    if words + pictures != 1:
        return None
    return "text" if words else "image"


class Calibration:
    """Best scores of a collection's calibration queries, cached until it has grown by a tenth or its bin has
    changed.

    Thread-safe. Pictures in the bin are neither queries nor results: otherwise, deleted copies would raise
    the cut-off to that of a collection in which every picture has a copy.
    """

    def __init__(self, collection: Collection, space: str) -> None:
        self._collection = collection
        self._space = space
        self._lock = threading.Lock()
        self._best: dict[QueryKind, NDArray[np.float32]] = {}
        self._made_of: tuple[int, int, frozenset[int]] = (0, -1, frozenset())

    def cutoff(
        self,
        kind: QueryKind,
        index: "IndexKeeper",
        encoder: Encoder,
        alpha: float,
        now: tuple[int, int, frozenset[int]],
    ) -> Cutoff | None:
        """Compute the cut-off for queries of this kind; None if there is too little to calibrate with.

        Args:
            kind: of the query.
            index: over the space.
            encoder: of the space.
            alpha: the share of queries with a good match that may be reported to have none, in (0, 1).
            now: number of vectors searched, number of permanent deletions, and the ids of the hidden
                pictures.
        """
        with self._lock:
            if now[1:] != self._made_of[1:] or now[0] >= 1.1 * self._made_of[0]:
                self._best, self._made_of = {}, now
            if kind not in self._best:
                self._best[kind] = self._pictures(index) if kind == "image" else self._words(index, encoder)
            return calibrated(self._best[kind], alpha, kind)

    def _pictures(self, index: "IndexKeeper") -> NDArray[np.float32]:
        """Compute the cosine of pictures with their nearest neighbour."""
        ids = _some(self._collection.ids())
        if not ids:
            return np.empty(0, np.float32)
        vectors = self._collection.vectors_of(ids, self._space)
        found = index.search(vectors, 2, self._shown()).neighbours
        others = np.where(found.ids != np.array(ids)[:, None], found.scores, -np.inf).max(axis=1)
        return np.asarray(others[np.isfinite(others)], np.float32)

    def _words(self, index: "IndexKeeper", encoder: Encoder) -> NDArray[np.float32]:
        """Compute the cosine of captions and labels with the best matching picture."""
        if not encoder.has_text:
            return np.empty(0, np.float32)
        labels = [label for label, _ in self._collection.labels() if label]
        pictures = self._collection.get_many(_some(self._collection.ids()))
        captions = sorted({p.caption.strip() for p in pictures if p.caption and p.caption.strip()})
        texts = [*labels[:_QUESTIONS], *captions]
        if not texts:
            return np.empty(0, np.float32)
        return np.asarray(
            index.search(encoder.encode_texts(texts), 1, self._shown(), kind="text").neighbours.scores[:, 0],
            np.float32,
        )

    def _shown(self) -> NDArray[np.int64] | None:
        """Return the ids that may be found; None for all."""
        if not self._made_of[2]:
            return None
        return np.array(self._collection.ids(), np.int64)


def _some(ids: Sequence[int]) -> list[int]:
    """Draw at most `_QUESTIONS` of these at random, reproducibly."""
    if len(ids) <= _QUESTIONS:
        return list(ids)
    chosen = np.random.default_rng(0).choice(len(ids), _QUESTIONS, replace=False)
    return [ids[int(i)] for i in np.sort(chosen)]
