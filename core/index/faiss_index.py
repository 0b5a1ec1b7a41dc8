"""Approximate search by a graph or an inverted file, with compressed vectors or whole ones (FAISS)."""

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
"""Below this share of allowed vectors, comparing with each of them beats walking among the others."""


class FaissIndex:
    """A FAISS structure under ids, which listens to the `SearchParameters` of each query.

    Equal vectors are stored once, under all their ids: copies of one picture would otherwise fill the links
    of a graph, which then leads to nothing else. A removed vector stays where it is and is passed over. Its
    store, the vectors that scores come from, may be in a mapped file until something is added.
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

        `distinct` tells where to put vectors that are equal to present ones; one that it does not know gets
        a row of its own. `mapped` says that the store lies in a mapped file.
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
        """Length of a vector."""
        return int(self.structure.d)

    @property
    def size(self) -> int:
        """Number of vectors that can be found."""
        return self.rows.size

    @property
    def ids(self) -> IdArray:
        """The ids that can be found, ascending."""
        return self.rows.every_id

    @property
    def memory_bytes(self) -> int:
        """Bytes of memory that structure and tables take, pages mapped from files included."""
        if self._weight is None:
            self._weight = weight(self.structure)
        return self._weight + self.rows.memory_bytes + self.distinct.memory_bytes

    @property
    def mapped(self) -> bool:
        """Whether the store lies in a mapped file: its pages come when they are needed, and may go again."""
        return self._mapped

    def copied_store(self) -> Any:
        """A copy in memory of a mapped store, for `hold`. Searches may go on meanwhile, `add` may not."""
        return in_memory(self._parts.store)

    def hold(self, store: Any) -> None:
        """Search by `store`, from `copied_store`, from now on. Nothing may run beside this."""
        replace_store(self.structure, store)
        self._parts, self._mapped = anatomy(self.structure), False
        self._changed()

    def add(self, ids: IdArray, vectors: FloatArray) -> None:
        """Add vectors of shape ``(N, dim)`` under ids of shape ``(N,)``, new ones and not negative.

        Raises:
            IndexingError: a shape does not fit, a vector is zero or not finite, or an id is there already.
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
        if self._mapped:  # what lies in a file cannot grow
            self.hold(self.copied_store())
            self._projection = projection(self._parts)
        faiss.omp_set_num_threads(cores())
        self.structure.add(vectors)

    def remove(self, ids: IdArray) -> None:
        """Let these ids never be found again; ids that are not there are ignored."""
        self.rows.remove(np.asarray(ids, np.int64))
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
        """The ids of the `found` nearest rows, of those in `shared` only the ids there, cut at `k`."""
        count = len(queries)
        asked = np.ascontiguousarray(queries, np.float32)
        # One thread a query, so that searches may run at once; a batch is spread over the cores.
        faiss.omp_set_num_threads(1 if count == 1 else cores())
        if plan.candidates is not None:
            scores, rows = plan.structure.search(asked, found, plan.candidates, plan.settings)
        else:
            scores = np.empty((count, found), np.float32)
            rows = np.empty((count, found), np.int64)
            # What `Index.search` of FAISS calls after a dozen checks that were made above.
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
        """Drop what was worked out for the rows there were."""
        self._plans.clear()
        self._weight = None
        self._living = None
        if self.rows.dead:
            self._living = _bitmap(np.flatnonzero(self.rows.ids >= 0), self.rows.count)


@dataclass(frozen=True)
class _Plan:
    """What to ask with which settings; where it is a projection, with how many candidates."""

    structure: Any
    settings: Any
    candidates: int | None = None


def _bitmap(rows: NDArray[np.integer[Any]], count: int) -> faiss.IDSelectorBitmap:
    mask = np.zeros(count, np.uint8)
    mask[rows] = 1
    return faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))
