"""One append-only file of float32 vectors a space.

Rows have no header and no checksum of their own: a row counts when a committed catalogue row names it,
and whatever lies beyond the last such row was written by a process that died, and is cut off.
"""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import CollectionError

FloatArray = NDArray[np.float32]


class VectorFile:
    """The vectors of one space, row by row."""

    def __init__(self, path: Path, dim: int) -> None:
        self.path = path
        self.dim = dim
        self._row_bytes = 4 * dim

    def rows(self) -> int:
        """Whole rows in the file, committed or not."""
        return self.path.stat().st_size // self._row_bytes if self.path.exists() else 0

    def append(self, vectors: FloatArray) -> int:
        """Write `vectors`, shape ``(N, dim)``, at the end, wait for the disk, return the first's row."""
        if vectors.ndim != 2 or vectors.shape[1] != self.dim:
            raise ValueError(f"vectors of shape (N, {self.dim}) expected, got {vectors.shape}")
        first = self.rows()
        with self.path.open("ab") as file:
            file.write(np.ascontiguousarray(vectors, dtype="<f4").tobytes())
            file.flush()
            os.fsync(file.fileno())
        return first

    def cut(self, rows: int) -> None:
        """Drop everything after the first `rows` rows."""
        if self.path.exists() and self.path.stat().st_size > rows * self._row_bytes:
            with self.path.open("r+b") as file:
                file.truncate(rows * self._row_bytes)
                os.fsync(file.fileno())

    def read(self, first: int = 0, stop: int | None = None) -> FloatArray:
        """Rows ``first:stop`` as a read-only memory map, shape ``(stop - first, dim)``, float32.

        Raises:
            CollectionError: the file holds fewer rows than asked for.
        """
        stop = self.rows() if stop is None else stop
        if stop > self.rows():
            raise CollectionError(
                f"The vector file {self.path.name} is shorter than the catalogue says ({self.rows()} of "
                f"{stop} rows). Restore it from a backup, or add the pictures to a new collection."
            )
        if stop <= first:
            return np.empty((0, self.dim), dtype=np.float32)
        return np.memmap(
            self.path, dtype="<f4", mode="r", offset=first * self._row_bytes, shape=(stop - first, self.dim)
        )
