"""Rows of a structure that have several ids, because their vectors are equal."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .base import IdArray, Neighbours, nothing


@dataclass(frozen=True, eq=False)
class SharedRows:
    """Every id of the rows that have several, by ascending row, and by ascending id within a row.

    Attributes:
        rows: ``(M,)`` int64.
        ids: ``(M,)`` int64.
    """

    rows: NDArray[np.int64]
    ids: IdArray

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def memory_bytes(self) -> int:
        """Memory use of the table in bytes."""
        return self.rows.nbytes + self.ids.nbytes

    def only(self, which: NDArray[np.bool_]) -> "SharedRows":
        """Keep the ids where `which`, ``(M,)``, is true; a row may keep a single id."""
        return SharedRows(self.rows[which], self.ids[which])

    def first(self) -> NDArray[np.bool_]:
        """Mark the entries that begin a row, ``(M,)``: its lowest id."""
        return np.append(True, self.rows[1:] != self.rows[:-1])[: len(self)]

    def several(self) -> "SharedRows":
        """Drop the rows that have a single id."""
        starts = np.flatnonzero(self.first())
        sizes = np.diff(np.append(starts, len(self)))
        return self.only(np.repeat(sizes > 1, sizes))

    def has_any(self, rows: NDArray[np.int64]) -> bool:
        """Whether one of `rows`, of any shape, has several ids."""
        if not len(self):
            return False
        return bool((self.rows.take(self.rows.searchsorted(rows), mode="clip") == rows).any())

    def expand(
        self, rows: NDArray[np.int64], ids: IdArray, scores: NDArray[np.float32], k: int
    ) -> Neighbours:
        """Expand the nearest rows of each query to its `k` nearest ids; equal vectors by ascending id.

        Args:
            rows: ``(Q, n)``, nearest first, −1 where fewer were found.
            ids: ``(Q, n)``, the id of each row that has only one.
            scores: ``(Q, n)``.
            k: number of ids; if the rows have fewer, the rest is −1 with the score −inf.
        """
        start = np.searchsorted(self.rows, rows)
        sizes = np.searchsorted(self.rows, rows, "right") - start
        shared = sizes > 0
        sizes = np.where(shared, sizes, rows >= 0)
        before = np.cumsum(sizes, axis=1) - sizes
        sizes = np.clip(k - before, 0, sizes)  # with many copies, far more than k would be left
        query, column = np.nonzero(sizes)
        taken = sizes[query, column]
        query, column = np.repeat(query, taken), np.repeat(column, taken)
        within = np.arange(len(query)) - np.repeat(np.cumsum(taken) - taken, taken)
        found = ids[query, column]
        many = shared[query, column]
        found[many] = self.ids[(start[query, column] + within)[many]]
        wide = nothing(len(rows), k)
        rank = before[query, column] + within
        wide.ids[query, rank] = found
        wide.scores[query, rank] = scores[query, column]
        return wide


NONE_SHARED = SharedRows(np.empty(0, np.int64), np.empty(0, np.int64))
