"""The first relevant candidate of each query, where ties leave open which that is."""

import numpy as np

from core.metrics.arrays import FloatArray
from core.metrics.tie_groups import TieGroups


def expected_worth(groups: TieGroups, worth: FloatArray) -> FloatArray:
    """Expected worth of the rank of the first relevant candidate, ``(Q,)``; 0 where none is found.

    `worth` is ``(K,)``: what a first hit at each rank is worth.
    """
    expected = np.zeros(groups.queries)
    query, start = groups.query[groups.first], groups.start[groups.first]
    size, hits = groups.size[groups.first], groups.hits[groups.first]
    certain = size == hits  # the first place of such a group is a hit, whatever the order
    expected[query[certain]] = worth[start[certain]]
    for i in np.flatnonzero(~certain):
        chances = _first_hit_chances(int(size[i]), int(hits[i]))
        expected[query[i]] = chances @ worth[start[i] : start[i] + len(chances)]
    return expected


def _first_hit_chances(size: int, hits: int) -> FloatArray:
    """Probability that the first of `hits` among `size` shuffled members is at each place, 0-based."""
    left = size - np.arange(size - hits + 1)  # members not yet placed, at each place
    no_hit_before = np.concatenate([[1.0], np.cumprod(1 - hits / left[:-1])])
    return np.asarray(no_hit_before * hits / left)
