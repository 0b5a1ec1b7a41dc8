"""Codes that fall into the same bucket: a join by key that never compares everything with everything."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]

_AT_ONCE = 2_000_000
"""Pairs that are handed over at a time, so that what is computed of them fits in memory."""


class Buckets:
    """Codes by key. Keys are small integers, so that a bucket is found by one look into a table."""

    def __init__(self, keys: NDArray[np.uint32], bits: int) -> None:
        """Sort codes by `keys`, shape ``(N,)``, each below ``2 ** bits``."""
        self._order = np.argsort(keys, kind="stable")
        self._starts = np.zeros((1 << bits) + 1, np.int64)
        np.cumsum(np.bincount(keys, minlength=1 << bits), out=self._starts[1:])

    def together(
        self, keys: NDArray[np.uint32], most: int, beyond: int = 0
    ) -> Iterator[tuple[Places, Places]]:
        """Places of keys that are asked for and of codes in their buckets, pair by pair, some at a time.

        Of a bucket of more than `most` only the first `beyond` codes count: what so many share tells them
        apart from nothing.
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
