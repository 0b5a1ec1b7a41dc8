"""Which id lies in which row of a structure, and which rows still count."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.errors import IndexingError
from core.indexing.checks import check_ids
from core.indexing.index import IdArray

_NOWHERE = -1
_Number = TypeVar("_Number", bound=np.integer)


class RowTable:
    """Ids by row and rows by id. Rows are only ever appended; a removed id leaves a dead row behind.

    Costs 8 bytes a row and 4 bytes for each number up to the highest id.
    """

    def __init__(self, ids: IdArray | None = None) -> None:
        """With `ids`, one a row, −1 where a row is dead."""
        self._ids = np.full(1, _NOWHERE, np.int64)
        self._count = 0
        self._row_of = np.empty(0, np.int32)
        self._dead = 0
        if ids is not None:
            self._restore(ids)

    @property
    def ids(self) -> IdArray:
        """The id of every row, −1 where the row is dead; not to be changed."""
        return self._ids[: self._count]

    @property
    def count(self) -> int:
        """Number of rows, dead ones included."""
        return self._count

    @property
    def dead(self) -> int:
        """Number of rows that no longer count."""
        return self._dead

    @property
    def memory_bytes(self) -> int:
        """Bytes of memory that the tables take."""
        return self._ids.nbytes + self._row_of.nbytes

    def ids_of(self, rows: NDArray[np.int64]) -> IdArray:
        """The ids in these rows, −1 where the row is −1."""
        # There is always an unused place at the end, which −1 leads to.
        return self._ids.take(rows)

    def check_new(self, ids: IdArray, count: int) -> None:
        """Refuse ids that cannot be appended.

        Raises:
            IndexingError: they are not `count` different numbers, or some of them are there already.
        """
        check_ids(ids, count)
        there = self.rows(ids)
        if len(there):
            raise IndexingError(f"The id {int(self._ids[there[0]])} is in the index already.")

    def append(self, ids: IdArray) -> None:
        """Give each of these ids, which `check_new` let through, the next row."""
        end = self._count + len(ids)
        if end >= len(self._ids):
            self._ids = _grown(self._ids, end, _NOWHERE)
        self._ids[self._count : end] = ids
        highest = int(ids.max(initial=-1))
        if highest >= len(self._row_of):
            self._row_of = _grown(self._row_of, highest + 1, _NOWHERE)
        self._row_of[ids] = np.arange(self._count, end)
        self._count = end

    def rows(self, ids: IdArray) -> NDArray[np.int32]:
        """The rows of those ids that are there."""
        known = ids[(ids >= 0) & (ids < len(self._row_of))]
        rows: NDArray[np.int32] = self._row_of[known]
        found: NDArray[np.int32] = rows[rows != _NOWHERE]
        return found

    def kill(self, ids: IdArray) -> None:
        """Let the rows of these ids count no longer; ids that are not there are ignored."""
        rows = np.unique(self.rows(ids))
        self._row_of[self._ids[rows]] = _NOWHERE
        self._ids[rows] = _NOWHERE
        self._dead += len(rows)

    def _restore(self, ids: IdArray) -> None:
        living = np.flatnonzero(ids >= 0)
        self._ids = np.append(ids, _NOWHERE).astype(np.int64)
        self._count = len(ids)
        self._dead = self._count - len(living)
        self._row_of = np.full(int(ids.max(initial=-1)) + 1, _NOWHERE, np.int32)
        self._row_of[self._ids[living]] = living


def _grown(array: NDArray[_Number], length: int, filling: int) -> NDArray[_Number]:
    """A copy with room for `length` and a quarter more, so that many small additions cost little each."""
    larger = np.full(length + length // 4 + 1, filling, array.dtype)
    larger[: len(array)] = array
    return larger
