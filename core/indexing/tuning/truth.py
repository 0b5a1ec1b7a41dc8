"""The right answers: exact neighbours of held-out queries, found in one pass over the vectors."""

from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

from core.errors import IndexingError
from core.indexing.index import FloatArray, IdArray
from core.indexing.tuning.types import Gallery
from core.jobs import Monitor

_BLOCK = 16_384
"""Vectors looked at a time: 85 MB of 1,296 places, so that a million may stay in their file."""
_SPARE = 32
"""Neighbours beyond the k-th that are looked for, as they may be just as near."""
_EQUAL = 1e-6
"""Cosines this close are equal: the order of additions alone moves them so far."""
_NOBODY = -2


@dataclass(frozen=True)
class Truth:
    """The right answers of some queries.

    Attributes:
        right: ``(Q, M)`` ids of every picture as near as the k-th or nearer, then −2.
        counts: ``(Q,)``: how many neighbours each query has, at most k.
    """

    right: IdArray
    counts: NDArray[np.int64]

    def recalls(self, found: IdArray) -> NDArray[np.float64]:
        """The share of right answers among `found` ``(Q, k)``, −1 where nothing was found: ``(Q,)``.

        Whichever of several equally near pictures is found is right.
        """
        hits = (found[:, :, None] == self.right[:, None, :]).any(axis=2).sum(axis=1)
        return np.asarray(np.minimum(hits, self.counts) / np.maximum(self.counts, 1), np.float64)

    def part(self, start: int, stop: int) -> "Truth":
        """The answers of the queries ``start:stop``."""
        return Truth(self.right[start:stop], self.counts[start:stop])


def exact_neighbours(
    gallery: Gallery,
    queries: FloatArray,
    k: int,
    monitor: Monitor | None = None,
    own: IdArray | None = None,
) -> Truth:
    """The `k` nearest of each query ``(Q, dim)``, by inner product; the id in `own` ``(Q,)`` is no answer.

    Raises:
        IndexingError: the gallery is empty or smaller than `k`, the queries have another length than its
            vectors, or a vector holds what is no number.
    """
    size, dim = gallery.vectors.shape
    if not size:
        raise IndexingError("There are no vectors to search among; add pictures first.")
    if k > size:
        raise IndexingError(f"{k} neighbours were asked for, but there are only {size:,} pictures to find.")
    if queries.ndim != 2 or queries.shape[1] != dim:
        raise IndexingError(
            f"The queries have vectors of length {queries.shape[-1]}, the pictures of length {dim}: they "
            "were made by different encoders."
        )
    _must_be_numbers(queries, "of a query")
    watched = monitor or Monitor()
    depth = min(size, k + _SPARE)  # one more than k at least, so that a query itself may be left out
    heap = faiss.ResultHeap(len(queries), depth, keep_max=True)
    asked = np.ascontiguousarray(queries, np.float32)
    for start in range(0, size, _BLOCK):
        watched.check()
        block = np.ascontiguousarray(gallery.vectors[start : start + _BLOCK], np.float32)
        _must_be_numbers(block, "of a picture")
        scores, rows = faiss.knn(asked, block, min(depth, len(block)), metric=faiss.METRIC_INNER_PRODUCT)
        heap.add_result(scores, rows + start)
    heap.finalize()
    ids, scores = gallery.ids[heap.I], heap.D
    if own is not None:
        scores = np.where(ids == own[:, None], -np.inf, scores)
    least = -np.sort(-scores, axis=1)[:, k - 1 : k] - _EQUAL
    right = np.where((scores >= least) & np.isfinite(scores), ids, _NOBODY)
    return Truth(right, np.minimum((right != _NOBODY).sum(axis=1), k))


def _must_be_numbers(vectors: FloatArray, whose: str) -> None:
    if not np.isfinite(vectors).all():
        raise IndexingError(
            f"A vector {whose} holds values that are no numbers (NaN or infinite). Embed the pictures anew: "
            "python -m core embed COLLECTION"
        )
