"""The hardest believed negatives of the whole training split, found by exact search."""

import numpy as np

from ..data.dataset import FloatArray, IntArray
from .filters import PairMasks, below_relative_margin

_BLOCK = 512
_LARGEST_POOL = 20_000
"""Items searched for each refresh, another random choice every time: at 20,000 the search of as many anchors
takes seconds, and over the epochs it still sees the whole collection."""


def hardest_negatives(
    mapped: FloatArray, masks: PairMasks, relative_margin: float, rng: np.random.Generator
) -> IntArray:
    """For every item the negative that scores highest and is still believed.

    Believed means: trusted by `masks`, and at most ``pos − margin·|pos|`` with pos the score of the item's
    nearest positive in the pool; see `core.training.fitting.filters.below_relative_margin`.

    Args:
        mapped: ``(M, d)``, L2-normalised, under the present adapter.
        masks: of the M items.
        relative_margin: in ``[0, 1)``.
        rng: draws the pool where there are more than 20,000 items.

    Returns:
        ``(M,)`` int64, rows of `mapped`; −1 where there is none.
    """
    count = len(mapped)
    pool = np.arange(count)
    if count > _LARGEST_POOL:
        pool = np.sort(rng.choice(count, _LARGEST_POOL, replace=False))
    found = np.full(count, -1, np.int64)
    gallery = mapped[pool]
    for start in range(0, count, _BLOCK):
        block = np.arange(start, min(start + _BLOCK, count))
        scores = mapped[block] @ gallery.T
        nearest = np.where(masks.positives(block, pool), scores, -np.inf).max(axis=1, keepdims=True)
        lonely = ~np.isfinite(nearest)
        believed = lonely | below_relative_margin(np.where(lonely, 0, nearest), scores, relative_margin)
        scores[~(believed & masks.negatives(block, pool))] = -np.inf
        best = scores.argmax(axis=1)
        some = np.isfinite(scores[np.arange(len(block)), best])
        found[block[some]] = pool[best[some]]
    return found
