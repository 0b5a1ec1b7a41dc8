"""Approximate search by a graph or an inverted file, over compressed or full vectors (FAISS)."""

from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from ..cores import cores
from .base import AS_BUILT, FloatArray, IdArray, Neighbours, SearchParameters, nothing
from .equal_vectors import DistinctVectors, digests
from .faiss_structures import (
    anatomy,
    candidates,
    first_look,
    in_memory,
    parameters,
    replace_store,
    weight,
)
from .pca_search import projection
from .row_ids import RowTable
from .shared_rows import SharedRows
from .spec import Recipe
from .validation import check_question, check_vectors

_FEW = 0.02
"""Below this share of allowed vectors, comparing with each of them is faster than a graph search."""


class FaissIndex:
    """A FAISS structure with ids, which applies the `SearchParameters` of each query.

    Equal vectors are stored once, under all their ids: otherwise, copies of one picture would fill the links
    of a graph and cut it off from the rest. A removed vector stays in place and is skipped. Its store, the
    vectors from which scores are computed, may be in a mapped file until something is added.
    """

    def __init__(
        self,
        recipe: Recipe,
        structure: Any,
        rows: RowTable | None = None,
        distinct: DistinctVectors | None = None,
        mapped: bool = False,
    ) -> None:
        """Take over `structure`, a trained FAISS index, whose rows are those of `rows` (none if None).

        `distinct` finds the rows of vectors equal to present ones; a vector unknown to it gets its own row.
        `mapped`: the store is in a mapped file.
        """
        self.recipe = recipe
        self._mapped = mapped
        self.rows = rows or RowTable()
        self.distinct = distinct or DistinctVectors()
        self.structure = structure
        self._parts = anatomy(structure)
        self._projection = projection(self._parts)
        self._plans: dict[tuple[SearchParameters, int, bool], _Plan] = {}
        self._living: Any = None
        self._weight: int | None = None
        self._changed()

    @property
    def dim(self) -> int:
        """Dimension of a vector."""
        return int(self.structure.d)

    @property
    def size(self) -> int:
        """Number of searchable vectors."""
        return self.rows.size

    @property
    def ids(self) -> IdArray:
        """Ids of the searchable vectors, ascending."""
        return self.rows.every_id

    @property
    def memory_bytes(self) -> int:
        """Memory use of structure and tables in bytes, including pages mapped from files."""
        if self._weight is None:
            self._weight = weight(self.structure)
        return self._weight + self.rows.memory_bytes + self.distinct.memory_bytes

    @property
    def mapped(self) -> bool:
        """Whether the store is in a mapped file, whose pages are loaded on demand and may be evicted."""
        return self._mapped

    def copied_store(self) -> Any:
        """Copy a mapped store into memory, for `hold`. Searches may run meanwhile, `add` may not."""
        return in_memory(self._parts.store)

    def hold(self, store: Any) -> None:
        """Use `store`, from `copied_store`, from now on. Needs exclusive access."""
        replace_store(self.structure, store)
        self._parts, self._mapped = anatomy(self.structure), False
        self._changed()

    def add(self, ids: IdArray, vectors: FloatArray) -> None:
        """Add vectors of shape ``(N, dim)`` under ids of shape ``(N,)``, which must be new and not negative.

        Raises:
            IndexingError: a shape is wrong, a vector is zero or not finite, or an id exists already.
        """
        check_vectors(vectors, self.dim)
        self.rows.check_new(ids, len(vectors))
        if not len(ids):
            return
        vectors = np.ascontiguousarray(vectors, np.float32)
        told = digests(vectors)
        rows, new = self.distinct.assign(told, self.rows.count)
        if len(new):
            self._append(vectors if len(new) == len(vectors) else vectors[new])
            self.distinct.enter(told[new], rows[new])
        self.rows.place(ids, rows)
        self._changed()

    def _append(self, vectors: FloatArray) -> None:
        if self._mapped:  # a mapped file cannot grow
            self.hold(self.copied_store())
            self._projection = projection(self._parts)
        faiss.omp_set_num_threads(cores())
        self.structure.add(vectors)

    def remove(self, ids: IdArray) -> None:
        """Remove these ids; unknown ids are ignored."""
        self.rows.remove(np.asarray(ids, np.int64))
        self._changed()

    def search(
        self,
        queries: FloatArray,
        k: int,
        allowed: IdArray | None = None,
        parameters: SearchParameters = AS_BUILT,
    ) -> Neighbours:
        """Find the `k` nearest of each query, shape ``(Q, dim)``, among `allowed` ids if given.

        Raises:
            IndexingError: `k` is not positive, the shape is wrong, or a query is zero or not finite.
        """
        check_question(queries, k, self.dim)
        if allowed is not None:
            return self._among(queries, k, allowed, parameters)
        found = min(k, self.rows.living)
        if not found:
            return nothing(len(queries), k)
        alone = len(queries) == 1
        plan = self._plans.get((parameters, found, alone))
        if plan is None:
            plan = self._plan(parameters, found, alone, self.rows.living / self.rows.count, self._living)
            self._plans[parameters, found, alone] = plan
        return self._ask(plan, queries, k, found, self.rows.shared)

    def _plan(self, asked: SearchParameters, found: int, alone: bool, share: float, selector: Any) -> "_Plan":
        whole = (self._parts, asked, found, self.rows.count, share, selector)
        if alone and self._projection is not None:
            return _Plan(self._projection, first_look(*whole), candidates(asked, found, self.rows.count))
        return _Plan(self.structure, parameters(*whole))

    def _among(self, queries: FloatArray, k: int, allowed: IdArray, asked: SearchParameters) -> Neighbours:
        rows = np.unique(self.rows.rows(allowed))
        found = min(k, len(rows))
        if not found:
            return nothing(len(queries), k)
        shared = self.rows.shared
        if len(shared):
            shared = shared.only(np.isin(shared.ids, allowed))
        selector = _bitmap(rows, self.rows.count)
        share = len(rows) / self.rows.count
        store = self._parts.store
        if store is not None and share <= _FEW:
            plan = _Plan(store, faiss.SearchParameters(sel=selector))
        else:
            plan = self._plan(asked, found, len(queries) == 1, share, selector)
        return self._ask(plan, queries, k, found, shared)

    def _ask(self, plan: "_Plan", queries: FloatArray, k: int, found: int, shared: SharedRows) -> Neighbours:
        """Return the ids of the `found` nearest rows; for rows in `shared` only the ids listed there; cut at
        `k`.
        """
        count = len(queries)
        asked = np.ascontiguousarray(queries, np.float32)
        # One thread per query, so that searches may run concurrently; a batch is spread over the cores.
        faiss.omp_set_num_threads(1 if count == 1 else cores())
        if plan.candidates is not None:
            scores, rows = plan.structure.search(asked, found, plan.candidates, plan.settings)
        else:
            scores = np.empty((count, found), np.float32)
            rows = np.empty((count, found), np.int64)
            # What `Index.search` of FAISS calls after a dozen checks that were done above.
            plan.structure.search_c(
                count,
                faiss.swig_ptr(asked),
                found,
                faiss.swig_ptr(scores),
                faiss.swig_ptr(rows),
                plan.settings,
            )
        ids = self.rows.ids_of(rows)
        if count > 1 or rows[0, -1] < 0:
            scores[rows < 0] = -np.inf
        if shared.has_any(rows):
            return shared.expand(rows, ids, scores, k)
        if found == k:
            return Neighbours(ids, scores)
        wide = nothing(count, k)
        wide.ids[:, :found] = ids
        wide.scores[:, :found] = scores
        return wide

    def _changed(self) -> None:
        """Drop data derived from the previous rows."""
        self._plans.clear()
        self._weight = None
        self._living = None
        if self.rows.dead:
            self._living = _bitmap(np.flatnonzero(self.rows.ids >= 0), self.rows.count)


@dataclass(frozen=True)
class _Plan:
    """The structure to search and its parameters; for a projection, the number of candidates."""

    structure: Any
    settings: Any
    candidates: int | None = None


def _bitmap(rows: NDArray[np.integer[Any]], count: int) -> faiss.IDSelectorBitmap:
    mask = np.zeros(count, np.uint8)
    mask[rows] = 1
    return faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))
