"""Approximate search by a graph or an inverted file, with compressed vectors or whole ones (FAISS)."""

import threading
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from core.indexing.checks import check_question, check_vectors
from core.indexing.cores import CORES
from core.indexing.index import AS_BUILT, FloatArray, IdArray, Neighbours, SearchParameters
from core.indexing.recipe import Recipe
from core.indexing.rows import RowTable
from core.indexing.structures import anatomy, in_memory, parameters, replace_store, weight

_FEW = 0.02
"""Below this share of allowed vectors, comparing with each of them beats walking among the others."""


class FaissIndex:
    """A FAISS structure under ids, which listens to the `SearchParameters` of each query.

    A removed vector stays where it is and is passed over. What is searched by its store, the vectors that
    scores come from, may lie in a mapped file until something is added.
    """

    def __init__(
        self, recipe: Recipe, structure: Any, rows: RowTable | None = None, mapped: bool = False
    ) -> None:
        """Take over `structure`, a trained FAISS index, whose rows are those of `rows` (none if None).

        `mapped` says that its store lies in a mapped file.
        """
        self.recipe = recipe
        self._mapped = mapped
        self.rows = rows or RowTable()
        self.structure = structure
        self._parts = anatomy(structure)
        self._lock = threading.Lock()
        self._settings: dict[tuple[SearchParameters, int], Any] = {}
        self._living: Any = None
        self._weight: int | None = None
        self._changed()

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self.structure.d)

    @property
    def size(self) -> int:
        """Number of vectors that can be found."""
        return self.rows.count - self.rows.dead

    @property
    def ids(self) -> IdArray:
        """The ids that can be found, in the order in which they were added."""
        ids = self.rows.ids
        return ids[ids >= 0]

    @property
    def memory_bytes(self) -> int:
        """Bytes of memory that structure and tables take, pages mapped from files included."""
        if self._weight is None:
            self._weight = weight(self.structure)
        return self._weight + self.rows.memory_bytes

    def add(self, ids: IdArray, vectors: FloatArray) -> None:
        """Add vectors of shape ``(N, dim)`` under ids of shape ``(N,)``, new ones and not negative.

        Raises:
            IndexingError: a shape does not fit, a vector is zero or not finite, or an id is there already.
        """
        check_vectors(vectors, self.dim)
        self.rows.check_new(ids, len(vectors))
        if not len(ids):
            return
        if self._mapped:  # what lies in a file cannot grow
            replace_store(self.structure, in_memory(self._parts.store))
            self._parts, self._mapped = anatomy(self.structure), False
        faiss.omp_set_num_threads(CORES)
        self.structure.add(np.ascontiguousarray(vectors, np.float32))
        self.rows.append(ids)
        self._changed()

    def remove(self, ids: IdArray) -> None:
        """Let these ids never be found again; ids that are not there are ignored."""
        self.rows.kill(np.asarray(ids, np.int64))
        self._changed()

    def search(
        self,
        queries: FloatArray,
        k: int,
        allowed: IdArray | None = None,
        parameters: SearchParameters = AS_BUILT,
    ) -> Neighbours:
        """The `k` nearest of each query, shape ``(Q, dim)``, among `allowed` ids where they are given.

        Raises:
            IndexingError: `k` is not positive, the shape does not fit, a query is zero or not finite.
        """
        check_question(queries, k, self.dim)
        if allowed is not None:
            return self._among(queries, k, np.unique(self.rows.rows(allowed)), parameters)
        found = min(k, self.size)
        if not found:
            return _nobody(len(queries), k)
        return self._ask(self.structure, queries, k, found, self._plain(parameters, found))

    def _plain(self, asked: SearchParameters, found: int) -> Any:
        settings = self._settings.get((asked, found))
        if settings is None:
            with self._lock:
                settings = parameters(
                    self._parts, asked, found, self.rows.count, self.size / self.rows.count, self._living
                )
                self._settings[asked, found] = settings
        return settings

    def _among(
        self, queries: FloatArray, k: int, rows: NDArray[np.int32], asked: SearchParameters
    ) -> Neighbours:
        found = min(k, len(rows))
        if not found:
            return _nobody(len(queries), k)
        selector = _bitmap(rows, self.rows.count)
        share = len(rows) / self.rows.count
        store = self._parts.store
        if store is not None and share <= _FEW:
            return self._ask(store, queries, k, found, faiss.SearchParameters(sel=selector))
        settings = parameters(self._parts, asked, found, self.rows.count, share, selector)
        return self._ask(self.structure, queries, k, found, settings)

    def _ask(self, structure: Any, queries: FloatArray, k: int, found: int, settings: Any) -> Neighbours:
        count = len(queries)
        asked = np.ascontiguousarray(queries, np.float32)
        scores = np.empty((count, found), np.float32)
        rows = np.empty((count, found), np.int64)
        # One thread a query, so that searches may run at once; a batch is spread over the cores.
        faiss.omp_set_num_threads(1 if count == 1 else CORES)
        # What `Index.search` of FAISS calls after a dozen checks that were made above.
        structure.search_c(
            count, faiss.swig_ptr(asked), found, faiss.swig_ptr(scores), faiss.swig_ptr(rows), settings
        )
        ids = self.rows.ids_of(rows)
        if count > 1 or rows[0, -1] < 0:
            scores[rows < 0] = -np.inf
        if found == k:
            return Neighbours(ids, scores)
        wide = _nobody(count, k)
        wide.ids[:, :found] = ids
        wide.scores[:, :found] = scores
        return wide

    def _changed(self) -> None:
        """Drop what was worked out for the rows there were."""
        self._settings.clear()
        self._weight = None
        self._living = None
        if self.rows.dead:
            self._living = _bitmap(np.flatnonzero(self.rows.ids >= 0), self.rows.count)


def _bitmap(rows: NDArray[np.integer[Any]], count: int) -> faiss.IDSelectorBitmap:
    mask = np.zeros(count, np.uint8)
    mask[rows] = 1
    return faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))


def _nobody(count: int, k: int) -> Neighbours:
    return Neighbours(np.full((count, k), -1, np.int64), np.full((count, k), -np.inf, np.float32))
