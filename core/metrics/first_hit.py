"""The first relevant candidate of each query, as an expectation where candidates tie."""

import numpy as np

from ..stats.arrays import FloatArray
from .tie_groups import TieGroups


def expected_worth(groups: TieGroups, worth: FloatArray) -> FloatArray:
    """Compute the expected worth of the rank of the first relevant candidate, ``(Q,)``; 0 if there is none.

    `worth` is ``(k,)``: what a first hit at each rank is worth, and nothing beyond.
    """
    near = groups.until(len(worth))
    expected = np.zeros(groups.queries)
    query, rank = near.query[near.first], near.start[near.first]
    left, hits = near.size[near.first], near.hits[near.first]
    no_hit_yet = np.ones(len(query))
    # One rank per step, for all queries whose first hit may still come; a single step without ties.
    while len(query):
        chance = hits / left
        expected[query] += no_hit_yet * chance * worth[rank]
        open_still = (left > hits) & (rank + 1 < len(worth))
        query, rank, left, hits = (
            query[open_still],
            rank[open_still] + 1,
            left[open_still] - 1,
            hits[open_still],
        )
        no_hit_yet = (no_hit_yet * (1 - chance))[open_still]
    return expected
