"""Exact search: every vector is compared with the query."""

from typing import Any

import faiss
import numpy as np

from ..cores import cores
from .base import AS_BUILT, FloatArray, IdArray, Neighbours, SearchParameters
from .spec import FLAT, Recipe
from .validation import check_ids, check_question, check_vectors


class FlatIndex:
    """Exact inner-product search over vectors in memory, ``4 · dim`` bytes each (FAISS IndexFlatIP)."""

    def __init__(self, dim: int) -> None:
        self.recipe = FLAT
        self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(dim))
        self._highest = -1

    @staticmethod
    def restored(structure: Any, recipe: Recipe = FLAT) -> "FlatIndex":
        """Build an index around `structure`, an ``IDMap2`` over one that compares every vector."""
        index = FlatIndex(structure.d)
        index.recipe = recipe
        index._index = structure
        if structure.ntotal:
            index._highest = int(faiss.vector_to_array(index._index.id_map).max())
        return index

    @property
    def structure(self) -> Any:
        """The FAISS structure inside."""
        return self._index

    @property
    def dim(self) -> int:
        """Dimension of a vector."""
        return int(self._index.d)

    @property
    def size(self) -> int:
        """Number of vectors."""
        return int(self._index.ntotal)

    @property
    def ids(self) -> IdArray:
        """Ids of the vectors, ``(size,)``."""
        return np.asarray(faiss.vector_to_array(self._index.id_map), np.int64)

    @property
    def memory_bytes(self) -> int:
        """Memory use of the vectors and their ids in bytes."""
        return self.size * (4 * self.dim + 8)

    def add(self, ids: IdArray, vectors: FloatArray) -> None:
        """Add vectors of shape ``(N, dim)`` under ids of shape ``(N,)``, which must be new and not negative.

        Raises:
            IndexingError: a shape is wrong, a vector is zero or not finite, or an id is given twice.
        """
        check_vectors(vectors, self.dim)
        check_ids(ids, len(vectors))
        if len(ids):
            self._index.add_with_ids(
                np.ascontiguousarray(vectors, np.float32), np.ascontiguousarray(ids, np.int64)
            )
            self._highest = max(self._highest, int(ids.max()))

    def remove(self, ids: IdArray) -> None:
        """Remove these ids; unknown ids are ignored."""
        self._index.remove_ids(np.ascontiguousarray(ids, np.int64))

    def search(
        self,
        queries: FloatArray,
        k: int,
        allowed: IdArray | None = None,
        parameters: SearchParameters = AS_BUILT,  # noqa: ARG002 - exact search has none
    ) -> Neighbours:
        """Find the `k` nearest of each query, shape ``(Q, dim)``, among `allowed` ids if given.

        Raises:
            IndexingError: `k` is not positive, the shape is wrong, or a query is zero or not finite.
        """
        check_question(queries, k, self.dim)
        found = min(k, self.size)
        ids = np.full((len(queries), k), -1, np.int64)
        scores = np.full((len(queries), k), -np.inf, np.float32)
        if found:
            # More threads than queries only wake up for nothing: two take five times as long as one.
            faiss.omp_set_num_threads(1 if len(queries) == 1 else cores())
            settings = None if allowed is None else faiss.SearchParameters(sel=self._selector(allowed))
            best, where = self._index.search(
                np.ascontiguousarray(queries, np.float32), found, params=settings
            )
            ids[:, :found] = where
            scores[:, :found] = np.where(where >= 0, best, -np.inf)
        return Neighbours(ids, scores)

    def _selector(self, allowed: IdArray) -> faiss.IDSelectorBitmap:
        # Ids are dense row numbers of a catalogue, so a bitmap is cheaper than any set.
        mask = np.zeros(self._highest + 1, np.uint8)
        mask[allowed[(allowed >= 0) & (allowed <= self._highest)]] = 1
        return faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))
