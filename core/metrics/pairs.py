"""Precision and recall of pairs: which of them are said to belong together, and which do."""

from dataclasses import dataclass

import numpy as np

from core.stats.arrays import BoolArray, IntArray, ScoreArray


@dataclass(frozen=True)
class PairCounts:
    """How many pairs were found rightly, found wrongly, and missed."""

    true_positives: int
    false_positives: int
    false_negatives: int

    @property
    def found(self) -> int:
        """Number of pairs that were said to belong together."""
        return self.true_positives + self.false_positives

    @property
    def positives(self) -> int:
        """Number of pairs that do belong together."""
        return self.true_positives + self.false_negatives

    @property
    def precision(self) -> float | None:
        """Share of the found pairs that are right, or None if none was found."""
        return self.true_positives / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Share of the right pairs that were found, or None if there are none."""
        return self.true_positives / self.positives if self.positives else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall, or None if there was nothing to find and nothing found."""
        return self.f(1.0)

    def f(self, beta: float) -> float | None:
        """F-measure in which recall weighs `beta` times as much as precision.

        ``(1 + β²) P R / (β² P + R)``: van Rijsbergen, "Information Retrieval", 1979, chapter 7. None if
        nothing was found and there was nothing to find.

        Raises:
            ValueError: `beta` is not positive.
        """
        if beta <= 0:
            raise ValueError(f"beta > 0 expected, got {beta}")
        square = beta * beta
        of = (1 + square) * self.true_positives + square * self.false_negatives + self.false_positives
        return (1 + square) * self.true_positives / of if of else None


def count_at(scores: ScoreArray, same: BoolArray, threshold: float, *, unscored: int = 0) -> PairCounts:
    """Counts where a pair is found if its score is at or above `threshold`.

    Args:
        scores: ``(N,)``, larger is more alike.
        same: ``(N,)`` bool, whether the pair belongs together.
        threshold: the lowest score that still counts as found.
        unscored: how many more pairs belong together but were never given a score, because nothing proposed
            them: they are missed at every threshold.

    Raises:
        ValueError: shapes do not fit, a score is NaN, or `unscored` is negative.
    """
    check_pairs(scores, same, unscored)
    found = scores >= threshold
    right = int(np.count_nonzero(found & same))
    return PairCounts(
        right,
        int(np.count_nonzero(found)) - right,
        int(np.count_nonzero(same)) - right + unscored,
    )


def compare_pairs(found: IntArray, true: IntArray) -> PairCounts:
    """Counts of pairs of ids, shapes ``(F, 2)`` and ``(T, 2)``; order and repeats do not matter.

    Raises:
        ValueError: a shape does not fit, or an id is paired with itself.
    """
    said, actual = _distinct(found), _distinct(true)
    right = len(said & actual)
    return PairCounts(right, len(said) - right, len(actual) - right)


def check_pairs(scores: ScoreArray, same: BoolArray, unscored: int) -> None:
    """Refuse what is not one score and one truth a pair.

    Raises:
        ValueError: shapes do not fit, a score is NaN, or `unscored` is negative.
    """
    if scores.ndim != 1 or scores.shape != same.shape or same.dtype != np.bool_:
        raise ValueError(
            f"scores and bools of one shape (N,) expected, got {scores.shape} and {same.dtype} {same.shape}"
        )
    if np.isnan(scores).any() or unscored < 0:
        raise ValueError("scores must be numbers and `unscored` not negative")


def _distinct(pairs: IntArray) -> set[tuple[int, int]]:
    if pairs.size and (pairs.ndim != 2 or pairs.shape[1] != 2):
        raise ValueError(f"pairs of shape (N, 2) expected, got {pairs.shape}")
    ordered = np.sort(pairs.reshape(-1, 2), axis=1)
    if np.any(ordered[:, 0] == ordered[:, 1]):
        raise ValueError("an id is paired with itself")
    return {(int(a), int(b)) for a, b in ordered}
