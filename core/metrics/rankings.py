"""Judged rankings, from which every retrieval metric is computed."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np

from ..stats.arrays import BoolArray, FloatArray, GainArray, IntArray, ScoreArray
from .tie_groups import TieGroups, find_groups


@dataclass(frozen=True, eq=False)
class Rankings:
    """Judged candidates of Q queries, and the number of relevant items of each.

    Attributes:
        gains: ``(Q, K)``, best candidate first: True or a gain above 0 where a candidate is relevant.
            Padding, where fewer than K were found, is 0.
        relevant: ``(Q,)`` int, total number of relevant items, among the K and beyond.
        ideal: ``(Q, M)`` float64, the gains of all relevant items, largest first, padded with 0; required for
            graded gains, None if every relevant item has a gain of 1.
        scores: ``(Q, K)``, larger is better, non-increasing along a row. If given, every metric is its exact
            expectation over the orders of tied candidates; otherwise the given order counts. A tie with an
            item beyond the K cannot be detected.

    Raises:
        ValueError: shapes do not match, a gain is negative or not finite, more is found than is relevant,
            graded gains come without `ideal`, or scores rise.
    """

    gains: GainArray
    relevant: IntArray
    ideal: FloatArray | None = None
    scores: ScoreArray | None = None

    def __post_init__(self) -> None:
        if self.gains.ndim != 2 or self.relevant.shape != (len(self.gains),):
            raise ValueError(
                f"gains of shape (Q, K) and relevant of shape (Q,) expected, "
                f"got {self.gains.shape} and {self.relevant.shape}"
            )
        _check_scores(self.scores, self.gains.shape)
        if self.gains.size and not (self.gains.min() >= 0 and np.isfinite(self.gains.max())):
            raise ValueError("gains must be finite and not negative")
        if np.any(self.groups.total(self.groups.hits) > self.relevant):
            raise ValueError("a ranking holds more relevant candidates than there are relevant items")
        if self.ideal is None:
            if np.any(self.groups.gain != self.groups.hits):
                raise ValueError("graded gains need `ideal`, the gains of all relevant items")
        else:
            _check_ideal(self.ideal, self.relevant, self.groups.total(self.groups.gain))

    @classmethod
    def whole(cls, gains: BoolArray, scores: ScoreArray | None = None) -> Self:
        """Build rankings of a whole gallery, ``(Q, N)`` bool, which hold every relevant item."""
        return cls(gains, np.count_nonzero(gains, axis=1), scores=scores)

    @classmethod
    def graded(cls, gains: GainArray, ideal: FloatArray, scores: ScoreArray | None = None) -> Self:
        """Build rankings from graded gains ``(Q, K)`` and those of all relevant items ``(Q, M)``, in any
        order.
        """
        largest_first = -np.sort(-np.asarray(ideal, np.float64), axis=1)
        return cls(gains, np.count_nonzero(largest_first > 0, axis=1), largest_first, scores)

    @property
    def depth(self) -> int:
        """K, the number of candidates ranked per query."""
        return int(self.gains.shape[1])

    @cached_property
    def answerable(self) -> BoolArray:
        """Which queries have something relevant to find, ``(Q,)``."""
        return self.relevant > 0

    @cached_property
    def groups(self) -> TieGroups:
        """The ranks of the relevant candidates, grouped by equal score."""
        return find_groups(self.gains, self.scores)

    def exponential(self) -> Self:
        """Return the rankings with every gain g turned into 2^g − 1, which leaves 0 and 1 as they are."""
        if self.ideal is None:
            return self
        return replace(self, gains=np.exp2(self.gains.astype(np.float64)) - 1, ideal=np.exp2(self.ideal) - 1)


def cutoff(k: int | None, depth: int) -> int:
    """Return `k`, or `depth` if it is None.

    Raises:
        ValueError: `k` is not positive.
    """
    if k is None:
        return depth
    if k < 1:
        raise ValueError(f"k ≥ 1 expected, got {k}")
    return k


def _check_scores(scores: ScoreArray | None, shape: tuple[int, ...]) -> None:
    if scores is None:
        return
    if scores.shape != shape:
        raise ValueError(f"scores of shape {shape} expected, got {scores.shape}")
    # A comparison with NaN is false, so this rejects NaN as well as increasing scores.
    if not np.all(scores[:, 1:] <= scores[:, :-1]) or (scores.size and np.isnan(scores[:, 0]).any()):
        raise ValueError("scores must be numbers that never rise along a ranking")


def _check_ideal(ideal: FloatArray, relevant: IntArray, found: FloatArray) -> None:
    if ideal.ndim != 2 or len(ideal) != len(relevant):
        raise ValueError(f"ideal of shape ({len(relevant)}, M) expected, got {ideal.shape}")
    if ideal.size and not (ideal.min() >= 0 and np.isfinite(ideal.max())):
        raise ValueError("ideal gains must be finite and not negative")
    if np.any(ideal[:, 1:] > ideal[:, :-1]):
        raise ValueError("ideal gains must come largest first")
    if np.any(np.count_nonzero(ideal, axis=1) != relevant):
        raise ValueError("`relevant` must be the number of ideal gains above 0")
    if np.any(found > ideal.sum(axis=1) * (1 + 1e-9)):
        raise ValueError("a ranking holds more gain than all relevant items together")
