"""Types of spaces, and of the rows of vectors read and written."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .vector_file import FloatArray, stored_norms


@dataclass(frozen=True)
class Space:
    """The vectors of one collection under one encoder fingerprint."""

    id: int
    encoder: str
    fingerprint: str
    dim: int
    file: str


@dataclass(frozen=True)
class VectorRows:
    """Vectors with their pictures: `ids` ``(N,)`` int64, `vectors` ``(N, dim)`` float32, L2-normalised.

    The vectors may be a read-only memory map. `last_row` is the row of the last of them in the space, and
    `damaged` counts the rows up to there that were left out because their vectors are not usable.
    """

    ids: NDArray[np.int64]
    vectors: FloatArray
    last_row: int
    damaged: int = 0


@dataclass(frozen=True)
class Census:
    """Summary of the vectors of pictures up to some id: count, sum of ids, and last row.

    `dense`: all rows up to the last one are theirs.
    """

    count: int
    sum_of_ids: int
    last_row: int
    dense: bool


@dataclass(frozen=True)
class WrittenRows:
    """Vectors written to the file but not committed: `commit` names them in a transaction."""

    space: Space
    first: int
    sums: NDArray[np.int64]
    norms: FloatArray

    def commit(self, tx: sqlite3.Connection, ids: Sequence[int]) -> None:
        """Assign the vectors to pictures, in this order, replacing existing vectors."""
        tx.executemany(
            "INSERT INTO vector (space_id, row, picture_id, checksum, norm) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (picture_id, space_id) DO UPDATE "
            "SET row = excluded.row, checksum = excluded.checksum, norm = excluded.norm",
            [
                (self.space.id, self.first + offset, picture_id, checksum, norm)
                for offset, (picture_id, checksum, norm) in enumerate(
                    zip(ids, self.sums.tolist(), stored_norms(self.norms), strict=True)
                )
            ],
        )
        tx.execute("UPDATE space SET rows = ? WHERE id = ?", (self.first + len(self.sums), self.space.id))
