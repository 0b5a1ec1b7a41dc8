"""Detection of equal vectors by a digest of sixteen bytes each.

A digest is the first half of SHA-256 (FIPS 180-4). The chance that two different vectors among a billion
share one is below 1e-20, and constructing such a pair takes 2⁶⁴ attempts, so the vectors themselves are not
compared.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray

from .base import FloatArray

_DIGEST_BYTES = 16
Digests = NDArray[np.bytes_]


def digests(vectors: FloatArray) -> Digests:
    """Compute a digest of each vector, ``(N,)`` of 16 bytes: equal if the float32 values are bitwise equal.

    Args:
        vectors: ``(N, dim)`` float32; may be a memory map, which is read once.
    """
    each = (
        hashlib.sha256(np.ascontiguousarray(vector, np.float32).data).digest()[:_DIGEST_BYTES]
        for vector in vectors
    )
    return np.frombuffer(b"".join(each), f"S{_DIGEST_BYTES}")


def first_equal(vectors: FloatArray) -> NDArray[np.int64]:
    """For each of `vectors`, ``(N, dim)``, find the position of the first vector equal to it, ``(N,)``."""
    _, first, place = np.unique(digests(vectors), return_index=True, return_inverse=True)
    return np.asarray(first[place.reshape(-1)], np.int64)


class DistinctVectors:
    """The row in which each distinct vector is stored. Takes 20 bytes per row."""

    def __init__(self, told: Digests | None = None, rows: NDArray[np.int32] | None = None) -> None:
        """Restore from the digests and rows of an earlier table.

        Raises:
            ValueError: they are not ascending digests with a row each.
        """
        self.digests: Digests = np.empty(0, f"S{_DIGEST_BYTES}") if told is None else told
        self.rows: NDArray[np.int32] = np.empty(0, np.int32) if rows is None else rows
        if self.digests.shape != self.rows.shape or bool((self.digests[1:] <= self.digests[:-1]).any()):
            raise ValueError("ascending digests with a row each expected")

    @property
    def memory_bytes(self) -> int:
        """Memory use of the table in bytes."""
        return self.digests.nbytes + self.rows.nbytes

    def assign(self, told: Digests, end: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Assign a row to each vector with these digests ``(N,)``, without storing it.

        Returns:
            rows: ``(N,)``, those of equal vectors if there are any, else new ones from `end` on.
            new: ``(M,)``, those of the N vectors that get a new row, in the order of the rows.
        """
        distinct, first, place = np.unique(told, return_index=True, return_inverse=True)
        rows = self._find(distinct)
        new = np.flatnonzero(rows < 0)
        new = new[np.argsort(first[new])]
        rows[new] = end + np.arange(len(new))
        return rows[place.reshape(-1)], first[new]

    def enter(self, told: Digests, rows: NDArray[np.int64]) -> None:
        """Store new distinct vectors, by digest and row, both ``(M,)``."""
        order = np.argsort(told)
        at = np.searchsorted(self.digests, told[order])
        self.digests = np.insert(self.digests, at, told[order])
        self.rows = np.insert(self.rows, at, rows[order].astype(np.int32))

    def _find(self, told: Digests) -> NDArray[np.int64]:
        rows = np.full(len(told), -1, np.int64)
        if len(self.digests):
            at = np.searchsorted(self.digests, told).clip(max=len(self.digests) - 1)
            same = self.digests[at] == told
            rows[same] = self.rows[at[same]]
        return rows
