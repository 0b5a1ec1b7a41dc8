"""The precision–recall curve of scored pairs, and the operating points on it."""

from dataclasses import dataclass

import numpy as np

from core.errors import MetricError
from core.metrics.pairs import PairCounts, check_pairs
from core.stats.arrays import BoolArray, FloatArray, IntArray, ScoreArray


@dataclass(frozen=True)
class CurvePoint:
    """A threshold and what is found, rightly, wrongly or not at all, at or above it."""

    threshold: float
    counts: PairCounts

    @property
    def precision(self) -> float:
        """Share of the found pairs that are right: a point of a curve always finds some."""
        return self.counts.true_positives / self.counts.found

    @property
    def recall(self) -> float:
        """Share of the right pairs that are found: a curve always has some."""
        return self.counts.true_positives / self.counts.positives


@dataclass(frozen=True, eq=False)
class PrecisionRecallCurve:
    """One point for every distinct score, highest first; arrays are ``(T,)``.

    Pairs of equal score are found together or not at all, so no point depends on how ties were sorted.
    `positives` counts all pairs that belong together, those without a score included.
    """

    thresholds: FloatArray
    true_positives: IntArray
    found: IntArray
    positives: int

    @property
    def precision(self) -> FloatArray:
        """Share of the found pairs that are right, at each threshold."""
        return np.asarray(self.true_positives / self.found)

    @property
    def recall(self) -> FloatArray:
        """Share of the right pairs that are found, at each threshold; it never falls."""
        return np.asarray(self.true_positives / self.positives)

    @property
    def average_precision(self) -> float:
        """``Σ (R_t − R_{t−1}) P_t`` without interpolation, as scikit-learn's; unscored pairs add nothing."""
        return float(np.diff(self.recall, prepend=0.0) @ self.precision)

    def best_f(self, beta: float = 1.0) -> CurvePoint:
        """The point of the highest F-measure (see `PairCounts.f`), at the highest such threshold.

        Raises:
            ValueError: `beta` is not positive.
        """
        if beta <= 0:
            raise ValueError(f"beta > 0 expected, got {beta}")
        square = beta * beta
        measure = (1 + square) * self.true_positives / (self.found + square * self.positives)
        return self._point(int(np.argmax(measure)))

    def at_precision(self, lowest: float) -> CurvePoint:
        """The point of the highest recall among those of at least this precision, the highest such threshold.

        This is what was seen on these pairs; what may be promised of others is the lower end of
        `clopper_pearson` on the counts of the point.

        Raises:
            MetricError: no threshold reaches it.
        """
        enough = self.precision >= lowest
        if not enough.any():
            raise MetricError(
                f"No threshold reaches a precision of {lowest:.2%}; the best is {self.precision.max():.2%}. "
                "Ask for less, or improve the scores."
            )
        return self._point(int(np.argmax(np.where(enough, self.true_positives, -1))))

    def _point(self, i: int) -> CurvePoint:
        right = int(self.true_positives[i])
        counts = PairCounts(right, int(self.found[i]) - right, self.positives - right)
        return CurvePoint(float(self.thresholds[i]), counts)


def precision_recall_curve(scores: ScoreArray, same: BoolArray, *, unscored: int = 0) -> PrecisionRecallCurve:
    """Precision and recall at every threshold that tells pairs apart.

    Args:
        scores: ``(N,)``, larger is more alike.
        same: ``(N,)`` bool, whether the pair belongs together.
        unscored: how many more pairs belong together but were never given a score.

    Raises:
        ValueError: shapes do not fit, a score is NaN, or `unscored` is negative.
        MetricError: there is no pair, or none that belongs together.
    """
    check_pairs(scores, same, unscored)
    positives = int(np.count_nonzero(same)) + unscored
    if not len(scores) or not positives:
        raise MetricError(
            "A precision–recall curve needs scored pairs, and among all pairs some that belong together; "
            "judge more pairs."
        )
    order = np.argsort(scores, kind="stable")[::-1]
    ranked = scores[order]
    last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))  # the last pair of each distinct score
    return PrecisionRecallCurve(
        ranked[last].astype(np.float64), np.cumsum(same[order], dtype=np.int64)[last], last + 1, positives
    )
