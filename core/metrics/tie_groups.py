"""The ranks of the relevant candidates, as groups of equal score.

Candidates of equal score have no order of their own; the one that the sort chose is arbitrary. A
metric here is therefore its exact expectation over all orders of the tied candidates (McSherry and Najork,
"Computing information retrieval performance measures efficiently in the presence of tied scores", ECIR
2008). Each expectation needs only four numbers per group, and nothing of groups without a relevant member, so
a metric takes as many steps as there are relevant candidates, not ``Q · K``.
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
    the number of relevant ones and `gain` the sum of their gains; `queries` is the total number of rows.
    """

    queries: int
    query: IntArray
    start: IntArray
    size: IntArray
    hits: IntArray
    gain: FloatArray

    @cached_property
    def first(self) -> IntArray:
        """Position in these arrays of each query's first group, in ``[0, G)``; queries without groups have
        none.
        """
        return _where_new(self.query)

    @cached_property
    def before(self) -> IntArray:
        """Number of relevant candidates of the same query in earlier groups, ``(G,)``."""
        earlier = np.cumsum(self.hits) - self.hits
        lengths = np.diff(np.append(self.first, len(self.query)))
        return np.asarray(earlier - np.repeat(earlier[self.first], lengths), np.int64)

    def total(self, values: FloatArray | IntArray) -> FloatArray:
        """Sum `values`, shape ``(G,)``, over each query's groups: shape ``(Q,)``."""
        return np.asarray(np.bincount(self.query, weights=values, minlength=self.queries), np.float64)

    def hits_within(self, k: int) -> FloatArray:
        """Compute the expected number of relevant candidates among the first `k`, shape ``(Q,)``."""
        near = self.until(k)
        inside = np.minimum(k - near.start, near.size)
        return near.total(near.hits * (inside / near.size))

    def until(self, k: int) -> Self:
        """Keep the groups that start among the first `k` candidates, and so all groups before them."""
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
    """Find the groups of equal `scores` that contain a positive gain; both ``(Q, K)``, in rank order."""
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
    """Return the positions in sorted `values` at which a value first occurs."""
    new = np.ones(len(values), np.bool_)
    new[1:] = values[1:] != values[:-1]
    return np.flatnonzero(new)
