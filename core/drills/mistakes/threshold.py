"""A threshold that was found on other pictures."""

import numpy as np

from ...errors import LookalikeError
from .types import FloatArray, IntArray, Series, Shown

PRECISION = 0.95


def threshold(scores: FloatArray, alike: IntArray, other_scores: FloatArray, other_alike: IntArray) -> Shown:
    """Choose the lowest threshold of precision 0.95 on other pairs, and use it on one's own.

    Args:
        scores: ``(P,)`` of one's own pairs, larger is more alike.
        alike: ``(P,)``, 1 where the two belong together.
        other_scores: ``(Q,)`` of the pairs that the threshold is copied from.
        other_alike: ``(Q,)``.

    Raises:
        LookalikeError: one of the two has no pairs that belong together, or no others.
    """
    for truth in (alike, other_alike):
        if truth.min(initial=1) == truth.max(initial=0):
            raise LookalikeError("This needs pairs of both kinds, alike and not, in both halves.")
    copied, fitted = _lowest(other_scores, other_alike), _lowest(scores, alike)
    at = np.linspace(min(scores.min(), other_scores.min()), max(scores.max(), other_scores.max()), 60)
    mine = [_precision(scores, alike, t) for t in at]
    theirs = [_precision(other_scores, other_alike, t) for t in at]
    wrong, right = _precision(scores, alike, copied), _precision(scores, alike, fitted)
    return Shown(
        f"distance of the precision from {PRECISION}",
        abs(wrong - PRECISION),
        abs(right - PRECISION),
        f"On the other labels precision {PRECISION:.0%} is reached at a cosine of {copied:.3f}. The same "
        f"number gives {wrong:.0%} here, with {_recall(scores, alike, copied):.0%} of the pairs found; the "
        f"threshold found on these pictures is {fitted:.3f}: precision {right:.0%}, "
        f"{_recall(scores, alike, fitted):.0%} found.",
        "Threshold (cosine)",
        "Precision of the pairs above it (0–1)",
        (
            Series("These labels", tuple(at.tolist()), tuple(mine)),
            Series("The labels it is copied from", tuple(at.tolist()), tuple(theirs)),
        ),
    )


def _lowest(scores: FloatArray, alike: IntArray) -> float:
    """The lowest threshold at which the precision is at least 0.95; the largest score where none is."""
    order = np.argsort(-scores, kind="stable")
    precision = np.cumsum(alike[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(precision >= PRECISION)
    return float(scores[order[good[-1] if len(good) else 0]])


def _precision(scores: FloatArray, alike: IntArray, at: float) -> float:
    chosen = scores >= at
    return float(alike[chosen].mean()) if chosen.any() else 1.0


def _recall(scores: FloatArray, alike: IntArray, at: float) -> float:
    return float(((scores >= at) & (alike == 1)).sum() / (alike == 1).sum())
