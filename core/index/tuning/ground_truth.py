"""Ground truth: exact neighbours of held-out queries, found in one pass over the vectors."""

from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

from ...errors import IndexingError
from ...jobs import Monitor
from ..base import FloatArray, IdArray
from .types import Gallery

_BLOCK = 16_384
"""Vectors compared at a time: 85 MB at 1,296 dimensions, so that a million may stay in their file."""
_EQUAL = 1e-6
"""Cosines this close are equal: the order of summation alone changes them by this much."""


@dataclass(frozen=True, eq=False)
class Truth:
    """The ground truth of some queries.

    Attributes:
        gallery: the vectors searched.
        queries: ``(Q, dim)`` float32.
        least: ``(Q,)`` float32, the cosine of each query with its k-th neighbor, −inf if there is none.
        counts: ``(Q,)``: number of neighbours of each query, at most k.
        own: ``(Q,)`` int64, the id to exclude from the answers of each query, or None.
    """

    gallery: Gallery
    queries: FloatArray
    least: FloatArray
    counts: NDArray[np.int64]
    own: IdArray | None = None

    def recalls(self, found: IdArray) -> NDArray[np.float64]:
        """Compute recall@k by score: the share of `found` ``(Q, k)`` at least as near as the k-th neighbour,
        ``(Q,)``.

        Any of several equally near pictures counts as correct. Ids that are not in the gallery, such as −1
        for "nothing found", count as wrong, and so does an id found twice.
        """
        right = np.zeros(found.shape, np.bool_)
        for at, ids in enumerate(found):
            _, first = np.unique(ids, return_index=True)
            rows = self.gallery.rows_of(ids)
            there = rows >= 0
            once = np.isin(np.arange(len(ids)), first)
            other = np.ones(len(ids), np.bool_) if self.own is None else ids != self.own[at]
            cosines = np.asarray(self.gallery.vectors[rows], np.float32) @ self.queries[at]
            right[at] = there & once & other & (cosines >= self.least[at] - _EQUAL)
        hits = np.minimum(right.sum(axis=1), self.counts)
        return np.asarray(hits / np.maximum(self.counts, 1), np.float64)

    def part(self, start: int, stop: int) -> "Truth":
        """Select the ground truth of the queries ``start:stop``."""
        own = None if self.own is None else self.own[start:stop]
        return Truth(
            self.gallery, self.queries[start:stop], self.least[start:stop], self.counts[start:stop], own
        )


def exact_neighbours(
    gallery: Gallery,
    queries: FloatArray,
    k: int,
    monitor: Monitor | None = None,
    own: IdArray | None = None,
) -> Truth:
    """Find the `k` nearest of each query ``(Q, dim)`` by inner product, excluding the id in `own` ``(Q,)``.

    Raises:
        IndexingError: the gallery is empty or smaller than `k`, the queries have another dimension than its
            vectors, or a vector contains NaN or infinity.
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
    depth = min(size, k + 1)  # one more than k, so that the query itself can be left out
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
    best = -np.sort(-scores, axis=1)[:, :k]
    return Truth(gallery, asked, best[:, -1], np.isfinite(best).sum(axis=1), own)


def _must_be_numbers(vectors: FloatArray, whose: str) -> None:
    if not np.isfinite(vectors).all():
        raise IndexingError(
            f"A vector {whose} holds NaN or infinite values. Embed the pictures again: "
            "python -m core embed COLLECTION"
        )
