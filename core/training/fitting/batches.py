"""Batches in which items that belong together meet."""

from collections.abc import Iterator

import numpy as np

from ..data.dataset import IntArray

_TOGETHER = 4
"""Items of one group that are drawn side by side. Random batches of many small groups would hold hardly any
two that belong together; of few large groups such batches are almost random."""


def batches(
    groups: IntArray, size: int, rng: np.random.Generator, limit: int | None = None
) -> Iterator[IntArray]:
    """Go through all items once, in random batches that keep a few of each group together.

    Args:
        groups: ``(M,)`` int64.
        size: items in a batch; the last one may be smaller, but has two items at least.
        rng: draws the order.
        limit: at most this many items in all, or None.

    Yields:
        rows of `groups`, ``(≤ size,)`` int64.
    """
    order = rng.permutation(len(groups))
    order = order[np.argsort(groups[order], kind="stable")]
    starts = np.flatnonzero(np.diff(groups[order], prepend=groups[order[:1]] - 1))
    place = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    new = place % _TOGETHER == 0
    chunk = np.cumsum(new) - 1
    shuffled = rng.permutation(int(chunk[-1]) + 1) if len(chunk) else np.empty(0, np.int64)
    order = order[np.argsort(shuffled[chunk], kind="stable")][:limit]
    for start in range(0, len(order), size):
        if len(order) - start > 1:
            yield order[start : start + size]
