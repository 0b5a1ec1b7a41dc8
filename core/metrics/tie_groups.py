"""Where the relevant candidates stand, as groups of equal score.

Candidates of equal score have no order of their own: whichever the sort happened to choose is luck. A
metric here is therefore its exact expectation over all orders of the tied (McSherry and Najork,
"Computing information retrieval performance measures efficiently in the presence of tied scores", ECIR
2008). Each of those expectations needs four numbers of a group only, and none of a group without a
relevant member, so that a metric costs as many steps as there are relevant candidates, not ``Q · K``.
Without scores every group has one member, and the expectation is the ordinary metric.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.metrics.arrays import FloatArray, GainArray, IntArray, ScoreArray


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
        changes = np.ones(len(self.query), np.bool_)
        changes[1:] = self.query[1:] != self.query[:-1]
        return np.flatnonzero(changes)

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
        inside = np.clip(k - self.start, 0, self.size)
        return self.total(self.hits * (inside / self.size))


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
    found, member, hits = np.unique(group, return_inverse=True, return_counts=True)
    row, rank = np.divmod(starts[found], max(depth, 1))
    return TieGroups(
        queries,
        row,
        rank,
        np.diff(np.append(starts, scores.size))[found],
        hits,
        np.asarray(np.bincount(member, weights=gain, minlength=len(found)), np.float64),
    )
