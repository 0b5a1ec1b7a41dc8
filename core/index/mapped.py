"""Exact search over vectors in memory-mapped files."""

import numpy as np
from numpy.typing import NDArray

from .base import AS_BUILT, FloatArray, IdArray, Neighbours, SearchParameters

_BLOCK = 8192
"""Vectors compared at a time: 40 MB at 1,280 dimensions, whose pages the kernel may evict right after."""


class MappedIndex:
    """Exact inner-product search without copies: `add` keeps a reference to its array.

    For collections whose vectors do not fit into memory, while there is no other index: as fast as the files
    can be read.
    """

    def __init__(self, dim: int) -> None:
        self._dim = dim
        self._chunks: list[tuple[IdArray, FloatArray]] = []
        self._removed: set[int] = set()

    @property
    def dim(self) -> int:
        """Dimension of a vector."""
        return self._dim

    @property
    def size(self) -> int:
        """Number of searchable vectors."""
        return len(self.ids)

    @property
    def ids(self) -> IdArray:
        """Ids of the searchable vectors, ``(size,)``."""
        if not self._chunks:
            return np.empty(0, np.int64)
        every = np.concatenate([ids for ids, _ in self._chunks])
        return every[self._there(every)]

    @property
    def memory_bytes(self) -> int:
        """Bytes of the ids and of one block of vectors."""
        return sum(ids.nbytes for ids, _ in self._chunks) + 4 * self._dim * _BLOCK

    def add(self, ids: IdArray, vectors: FloatArray) -> None:
        """Add vectors of shape ``(N, dim)``, which must not change, under new ids of shape ``(N,)``.

        Raises:
            ValueError: the shapes do not match.
        """
        if vectors.ndim != 2 or vectors.shape != (len(ids), self._dim):
            raise ValueError(f"{len(ids)} vectors of length {self._dim} expected, got {vectors.shape}")
        if len(ids):
            self._chunks.append((np.asarray(ids, np.int64), vectors))

    def remove(self, ids: IdArray) -> None:
        """Remove these ids; unknown ids are ignored."""
        self._removed |= {int(i) for i in ids}

    def search(
        self,
        queries: FloatArray,
        k: int,
        allowed: IdArray | None = None,
        parameters: SearchParameters = AS_BUILT,  # noqa: ARG002 - exact search has none
    ) -> Neighbours:
        """Find the `k` nearest of each query, shape ``(Q, dim)``, among `allowed` ids if given.

        Raises:
            ValueError: `k` is not positive or the shape is wrong.
        """
        if k < 1 or queries.ndim != 2 or queries.shape[1] != self._dim:
            raise ValueError(
                f"k ≥ 1 and queries of shape (Q, {self._dim}) expected, got k={k}, {queries.shape}"
            )
        best = np.full((len(queries), k), -np.inf, np.float32)
        where = np.full((len(queries), k), -1, np.int64)
        for ids, vectors in self._chunks:
            for start in range(0, len(ids), _BLOCK):
                part = ids[start : start + _BLOCK]
                scores = np.array(queries @ vectors[start : start + _BLOCK].T)
                scores[:, ~self._there(part, allowed)] = -np.inf
                every = np.concatenate([best, scores], axis=1)
                names = np.concatenate([where, np.broadcast_to(part, scores.shape)], axis=1)
                top = np.argpartition(-every, k - 1, axis=1)[:, :k]
                best, where = np.take_along_axis(every, top, 1), np.take_along_axis(names, top, 1)
        order = np.argsort(-best, axis=1, kind="stable")
        best, where = np.take_along_axis(best, order, 1), np.take_along_axis(where, order, 1)
        return Neighbours(np.where(np.isfinite(best), where, -1), best)

    def _there(self, ids: IdArray, allowed: IdArray | None = None) -> NDArray[np.bool_]:
        there = np.ones(len(ids), np.bool_) if allowed is None else np.isin(ids, allowed)
        if self._removed:
            there &= ~np.isin(ids, np.fromiter(self._removed, np.int64))
        return there
