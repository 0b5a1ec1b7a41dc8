"""The table of ids per row of a structure, and of deleted rows."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ..errors import IndexingError
from .base import IdArray
from .shared_rows import NONE_SHARED, SharedRows
from .validation import check_ids

_NOWHERE = -1
_Number = TypeVar("_Number", bound=np.integer)


class RowTable:
    """Ids by row and rows by id; a row has several ids where their vectors are equal.

    Rows are only ever appended. A row whose last id was removed is dead until an equal vector is added.

    Takes 8 bytes per row, 4 bytes for each number up to the highest id, and 16 bytes for each id of a row
    that has several.
    """

    def __init__(self, ids: IdArray | None = None, shared: SharedRows = NONE_SHARED) -> None:
        """Restore from the lowest id of each row, −1 for a dead row, and all ids of the rows that have
        several.

        Raises:
            ValueError: the two do not match.
        """
        self._ids = np.full(1, _NOWHERE, np.int64)
        self._count = 0
        self._row_of = np.empty(0, np.int32)
        self._dead = 0
        self._shared = NONE_SHARED
        self._further = 0
        if ids is not None:
            self._restore(ids, shared)

    @property
    def ids(self) -> IdArray:
        """The lowest id of every row, −1 where the row is dead; not to be changed."""
        return self._ids[: self._count]

    @property
    def shared(self) -> SharedRows:
        """The rows that have several ids."""
        return self._shared

    @property
    def every_id(self) -> IdArray:
        """All ids, ascending."""
        return np.flatnonzero(self._row_of != _NOWHERE)

    @property
    def count(self) -> int:
        """Number of rows, dead ones included."""
        return self._count

    @property
    def dead(self) -> int:
        """Number of dead rows."""
        return self._dead

    @property
    def living(self) -> int:
        """Number of rows that are not dead."""
        return self._count - self._dead

    @property
    def size(self) -> int:
        """Number of ids."""
        return self.living + self._further

    @property
    def memory_bytes(self) -> int:
        """Memory use of the tables in bytes."""
        return self._ids.nbytes + self._row_of.nbytes + self._shared.memory_bytes

    def ids_of(self, rows: NDArray[np.int64]) -> IdArray:
        """Return the lowest ids in these rows, −1 where the row is −1."""
        # There is always an unused entry at the end, which −1 points to.
        return self._ids.take(rows)

    def check_new(self, ids: IdArray, count: int) -> None:
        """Validate new ids.

        Raises:
            IndexingError: they are not `count` different numbers, or some of them exist already.
        """
        check_ids(ids, count)
        if len(self.rows(ids)):
            known = ids[ids < len(self._row_of)]
            there = known[self._row_of[known] != _NOWHERE]
            raise IndexingError(f"The id {int(there[0])} is in the index already.")

    def place(self, ids: IdArray, rows: NDArray[np.int64]) -> None:
        """Put each of these ids, validated by `check_new`, into a row.

        Args:
            ids: ``(N,)``.
            rows: ``(N,)``, present rows, or new ones from `count` on without a gap.
        """
        end = max(self._count, int(rows.max(initial=-1)) + 1)
        if end >= len(self._ids):
            self._ids = _grown(self._ids, end, _NOWHERE)
        highest = int(ids.max(initial=-1))
        if highest >= len(self._row_of):
            self._row_of = _grown(self._row_of, highest + 1, _NOWHERE)
        self._row_of[ids] = rows
        there = self._ids[rows]
        full = there != _NOWHERE
        revived = rows[~full & (rows < self._count)]
        self._dead -= len(np.unique(revived))
        self._ids[rows[~full]] = ids[~full]
        self._count = end
        # If every id has its own row, all of them are found.
        if full.any() or bool((self._ids[rows] != ids).any()):
            self._share(
                np.concatenate([self._shared.rows, rows, rows[full]]),
                np.concatenate([self._shared.ids, ids, there[full]]),
            )

    def rows(self, ids: IdArray) -> NDArray[np.int32]:
        """Return the rows of those ids that exist, one per id."""
        known = ids[(ids >= 0) & (ids < len(self._row_of))]
        rows: NDArray[np.int32] = self._row_of[known]
        found: NDArray[np.int32] = rows[rows != _NOWHERE]
        return found

    def remove(self, ids: IdArray) -> None:
        """Remove these ids from their rows; unknown ids are ignored."""
        rows = np.unique(self.rows(ids))
        self._row_of[ids[(ids >= 0) & (ids < len(self._row_of))]] = _NOWHERE
        self._ids[rows] = _NOWHERE
        if len(self._shared):
            left = self._shared.only(self._row_of[self._shared.ids] != _NOWHERE)
            self._share(left.rows, left.ids)
        self._dead += int((self._ids[rows] == _NOWHERE).sum())

    def _share(self, rows: NDArray[np.int64], ids: IdArray) -> None:
        """Store all ids of the rows that have several, in any order; rows with a single id may be among
        them.
        """
        ids, which = np.unique(ids, return_index=True)
        order = np.argsort(rows[which], kind="stable")
        pairs = SharedRows(rows[which][order], ids[order])
        first = pairs.first()
        self._ids[pairs.rows[first]] = pairs.ids[first]
        self._shared = pairs.several()
        self._further = len(self._shared) - int(self._shared.first().sum())

    def _restore(self, ids: IdArray, shared: SharedRows) -> None:
        living = np.flatnonzero(ids >= 0)
        self._ids = np.append(ids, _NOWHERE).astype(np.int64)
        self._count = len(ids)
        self._dead = self._count - len(living)
        highest = max(int(ids.max(initial=-1)), int(shared.ids.max(initial=-1)))
        self._row_of = np.full(highest + 1, _NOWHERE, np.int32)
        self._row_of[self._ids[living]] = living
        if len(shared):
            if shared.rows.min() < 0 or shared.rows.max() >= len(ids) or shared.ids.min() < 0:
                raise ValueError("ids of rows that do not exist")
            self._row_of[shared.ids] = shared.rows
            self._share(shared.rows, shared.ids)


def _grown(array: NDArray[_Number], length: int, filling: int) -> NDArray[_Number]:
    """Copy into an array with room for `length` and a quarter more, so that many small additions are
    cheap.
    """
    larger = np.full(length + length // 4 + 1, filling, array.dtype)
    larger[: len(array)] = array
    return larger
