"""What a space is, and the rows of vectors that are read from it and written into it."""

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
    `damaged` says how many rows up to there were left out because their vectors are not usable.
    """

    ids: NDArray[np.int64]
    vectors: FloatArray
    last_row: int
    damaged: int = 0


@dataclass(frozen=True)
class Census:
    """The vectors of pictures up to some id: how many, the sum of their ids, and the last row among them.

    `dense` says that all rows up to the last one are theirs.
    """

    count: int
    sum_of_ids: int
    last_row: int
    dense: bool


@dataclass(frozen=True)
class WrittenRows:
    """Vectors in the file that do not count yet: `commit` names them in a transaction."""

    space: Space
    first: int
    sums: NDArray[np.int64]
    norms: FloatArray

    def commit(self, tx: sqlite3.Connection, ids: Sequence[int]) -> None:
        """Name the pictures, in the order of the vectors; one that has a vector already gets the new one."""
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
