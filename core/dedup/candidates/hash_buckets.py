"""Hash buckets of codes: a join by key that avoids comparing all pairs."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]

_AT_ONCE = 2_000_000
"""Pairs yielded at a time, so that data computed from them fits in memory."""


class Buckets:
    """Codes by key. Keys are small integers, so that a bucket is found by one table look-up."""

    def __init__(self, keys: NDArray[np.uint32], bits: int) -> None:
        """Sort codes by `keys`, shape ``(N,)``, each below ``2 ** bits``."""
        self._order = np.argsort(keys, kind="stable")
        self._starts = np.zeros((1 << bits) + 1, np.int64)
        np.cumsum(np.bincount(keys, minlength=1 << bits), out=self._starts[1:])

    def together(
        self, keys: NDArray[np.uint32], most: int, beyond: int = 0
    ) -> Iterator[tuple[Places, Places]]:
        """Yield positions of query keys and of the codes in their buckets, pair by pair, in blocks.

        Of a bucket with more than `most` codes only the first `beyond` count: what so many share is not
        distinctive.
        """
        first = self._starts[keys]
        sizes = self._starts[keys.astype(np.int64) + 1] - first
        sizes = np.where(sizes <= most, sizes, beyond)
        asked = np.flatnonzero(sizes > 0)
        first, sizes = first[asked], sizes[asked]
        ends = np.cumsum(sizes)
        start = 0
        while start < len(asked):
            before = int(ends[start - 1]) if start else 0
            stop = max(start + 1, int(np.searchsorted(ends, before + _AT_ONCE)))
            part = sizes[start:stop]
            offsets = np.arange(int(part.sum())) - np.repeat(np.cumsum(part) - part, part)
            yield (
                np.repeat(asked[start:stop], part),
                self._order[np.repeat(first[start:stop], part) + offsets],
            )
            start = stop
