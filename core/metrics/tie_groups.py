"""Where the relevant candidates stand, as groups of equal score.

Candidates of equal score have no order of their own: whichever the sort happened to choose is luck. A
metric here is therefore its exact expectation over all orders of the tied (McSherry and Najork,
"Computing information retrieval performance measures efficiently in the presence of tied scores", ECIR
2008). Each of those expectations needs four numbers of a group only, and none of a group without a
relevant member, so that a metric costs as many steps as there are relevant candidates, not ``Q · K``.
Without scores every group has one member, and the expectation is the ordinary metric.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np

from ..stats.arrays import FloatArray, GainArray, IntArray, ScoreArray


@dataclass(frozen=True, eq=False)
class TieGroups:
    """Groups of equal score that hold something relevant, by query and then by rank; arrays are ``(G,)``.

    `query` is the row, `start` the 0-based rank of the first member, `size` the number of members, `hits`
    the number of relevant ones and `gain` the sum of their gains; `queries` is the number of rows in all.
    """

    queries: int
    query: IntArray
    start: IntArray
    size: IntArray
    hits: IntArray
    gain: FloatArray

    @cached_property
    def first(self) -> IntArray:
        """Position in these arrays of the first group of every query that has one, in ``[0, G)``."""
        return _where_new(self.query)

    @cached_property
    def before(self) -> IntArray:
        """Number of relevant candidates of the same query in earlier groups, ``(G,)``."""
        earlier = np.cumsum(self.hits) - self.hits
        lengths = np.diff(np.append(self.first, len(self.query)))
        return np.asarray(earlier - np.repeat(earlier[self.first], lengths), np.int64)

    def total(self, values: FloatArray | IntArray) -> FloatArray:
        """Sum of `values`, shape ``(G,)``, over each query's groups: shape ``(Q,)``."""
        return np.asarray(np.bincount(self.query, weights=values, minlength=self.queries), np.float64)

    def hits_within(self, k: int) -> FloatArray:
        """Expected number of relevant candidates among the first `k`, shape ``(Q,)``."""
        near = self.until(k)
        inside = np.minimum(k - near.start, near.size)
        return near.total(near.hits * (inside / near.size))

    def until(self, k: int) -> Self:
        """The groups that start among the first `k` candidates; what any of them comes after is there too."""
        near = np.flatnonzero(self.start < k)
        if len(near) == len(self.start):
            return self
        return replace(
            self,
            query=self.query[near],
            start=self.start[near],
            size=self.size[near],
            hits=self.hits[near],
            gain=self.gain[near],
        )


def find_groups(gains: GainArray, scores: ScoreArray | None = None) -> TieGroups:
    """Groups of equal `scores` with a positive gain in them; both ``(Q, K)``, in rank order."""
    queries, depth = gains.shape
    where = np.flatnonzero(gains)
    gain = gains.ravel()[where].astype(np.float64)
    if scores is None:
        row, rank = np.divmod(where, max(depth, 1))
        one = np.ones(len(where), np.int64)
        return TieGroups(queries, row, rank, one, one, gain)
    opens = np.ones(scores.shape, np.bool_)
    np.not_equal(scores[:, 1:], scores[:, :-1], out=opens[:, 1:])
    starts = np.flatnonzero(opens)
    group = (np.cumsum(opens, dtype=np.int64) - 1)[where]
    firsts = _where_new(group)
    found = group[firsts]
    row, rank = np.divmod(starts[found], max(depth, 1))
    return TieGroups(
        queries,
        row,
        rank,
        np.diff(np.append(starts, scores.size))[found],
        np.diff(np.append(firsts, len(group))),
        np.add.reduceat(gain, firsts) if len(firsts) else gain,
    )


def _where_new(values: IntArray) -> IntArray:
    """Positions in sorted `values` where a value stands for the first time."""
    new = np.ones(len(values), np.bool_)
    new[1:] = values[1:] != values[:-1]
    return np.flatnonzero(new)
