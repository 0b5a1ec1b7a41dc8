"""The vector file of a space: float32 vectors, verified by checksums.

The file has no header. The catalogue says how many of its rows are committed and keeps a checksum of each,
so rows are written after the last committed one, not at the end of the file. Anything beyond the committed
rows was written by a process that died: the next write overwrites it. The file is never truncated: readers in
other processes have it mapped, and a process that touches a truncated page is killed (SIGBUS).
"""

import os
import shutil
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import CollectionError
from ...private_files import flush, open_private, unfinished_name

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

_BLOCK = 8192
_UNIT_TOLERANCE = 0.01
"""Tolerance of a squared norm around 1: float32 sums are off by less than 1e-5, and a flipped exponent bit
changes them much more.
"""


class VectorFile:
    """The vectors of one space, row by row."""

    def __init__(self, path: Path, dim: int) -> None:
        self.path = path
        self.dim = dim
        self._row_bytes = 4 * dim

    def rows(self) -> int:
        """Count the complete rows in the file, committed or not; 0 if there is no file."""
        try:
            return self.path.stat().st_size // self._row_bytes
        except FileNotFoundError:
            return 0

    def write(self, first: int, vectors: FloatArray) -> None:
        """Write `vectors`, shape ``(N, dim)``, from row `first` on, and wait for the disk.

        If the file ends before row `first`, the rows in between become zero, and `unsound` finds them. A new
        file is written then, so that processes that have checked the old one check again.
        """
        if vectors.ndim != 2 or vectors.shape[1] != self.dim:
            raise ValueError(f"vectors of shape (N, {self.dim}) expected, got {vectors.shape}")
        if self.rows() >= first and self.path.exists():
            self._write_at(self.path, first, vectors)
            return
        part = unfinished_name(self.path)
        try:
            with suppress(FileNotFoundError):
                shutil.copyfile(self.path, part)
                part.chmod(0o600)
            self._write_at(part, first, vectors)
            part.replace(self.path)
        finally:
            part.unlink(missing_ok=True)
        flush(self.path.parent)

    def _write_at(self, path: Path, first: int, vectors: FloatArray) -> None:
        with open_private(path, os.O_WRONLY | os.O_CREAT) as file:
            file.seek(first * self._row_bytes)
            file.write(np.ascontiguousarray(vectors, dtype="<f4").tobytes())
            file.flush()
            os.fsync(file.fileno())

    def read(self, first: int, stop: int) -> FloatArray:
        """Map rows ``first:stop`` as a read-only memory map, shape ``(stop - first, dim)``, float32.

        Raises:
            CollectionError: the file has fewer rows than requested.
        """
        if stop > self.rows():
            raise CollectionError(
                f"The vector file {self.path.name} holds {self.rows():,} of the {stop:,} rows asked for."
            )
        if stop <= first:
            return np.empty((0, self.dim), dtype=np.float32)
        return np.memmap(
            self.path, dtype="<f4", mode="r", offset=first * self._row_bytes, shape=(stop - first, self.dim)
        )


def checksums(vectors: FloatArray) -> IntArray:
    """Compute a checksum for each row of ``(N, dim)``: the sum of its 32-bit words. It takes less time than
    reading the row.

    It detects other vectors and flipped bits, but not reordered words.
    """
    words = np.ascontiguousarray(vectors, dtype="<f4").view("<u4")
    return np.asarray(words.sum(axis=1, dtype=np.uint64), np.int64)


def stored_norms(norms: FloatArray) -> list[float | None]:
    """Convert norms ``(N,)`` to their stored form: None if unknown."""
    return [norm if np.isfinite(norm) else None for norm in norms.tolist()]


def unsound(vectors: FloatArray, expected: IntArray) -> NDArray[np.bool_]:
    """Find the rows of ``(N, dim)`` that are not usable, ``(N,)`` bool: not of unit norm, or not what was
    written.

    Args:
        vectors: may be a memory map; it is read once, in blocks.
        expected: ``(N,)``, the `checksums` at the time of writing; −1 if unknown.
    """
    bad = np.zeros(len(vectors), np.bool_)
    with np.errstate(invalid="ignore", over="ignore"):  # NaN and infinity are to be detected
        for start in range(0, len(vectors), _BLOCK):
            part = vectors[start : start + _BLOCK]
            known = expected[start : start + _BLOCK]
            squares = np.einsum("ij,ij->i", part, part)
            bad[start : start + _BLOCK] = ~(np.abs(squares - 1) < _UNIT_TOLERANCE) | (
                (known >= 0) & (known != checksums(part))
            )
    return bad
