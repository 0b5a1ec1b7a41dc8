"""The numbers that a score is learned from, taken from the evidence in a pair."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..types import Evidence

FEATURES = (
    "cosine",
    "cosine over strangers",
    "hash",
    "inliers",
    "inlier ratio",
    "overlap",
    "smaller overlap",
    "agreement",
    "match distance",
    "colour difference",
    "few keypoints",
    "hash, few keypoints",
    "agreement, few keypoints",
    "cosine over strangers, few keypoints",
)
"""The last three stand in for geometry in pictures without details, and are 0 in all others."""
UNLIKE = frozenset({"match distance", "colour difference"})
"""Those of them that grow with how different the pictures are."""
NEITHER = frozenset({"few keypoints"})
"""Those that say nothing of that by themselves; all others grow with how alike the pictures are."""

_STRANGERS_BITS = 24
"""Bits by which the hashes of strangers differ in their best turn, or more."""
_FEW = 60
_SAME_WHOLE = 0.9
"""Share of both pictures that has to overlap for their colours to be compared cell by cell."""
_SAME_WHOLE_BITS = 12
_UNKNOWN_COLOURS = 0.5


def features(pairs: Sequence[Evidence]) -> NDArray[np.float64]:
    """`FEATURES` of each pair, ``(N, 14)``."""
    rows = []
    for e in pairs:
        hashes = max(0.0, 1 - e.hash_distance / _STRANGERS_BITS)
        few = max(0.0, 1 - e.keypoints / _FEW)
        rows.append(
            (
                e.cosine,
                e.cosine_normalised,
                hashes,
                np.log1p(e.inliers),
                e.inlier_ratio,
                max(e.overlap_a, e.overlap_b),
                min(e.overlap_a, e.overlap_b),
                e.agreement,
                min(e.mean_distance, 96.0) / 96,
                _colours(e),
                few,
                few * hashes,
                few * e.agreement,
                few * e.cosine_normalised,
            )
        )
    return np.array(rows, np.float64).reshape(-1, len(FEATURES))


def _colours(evidence: Evidence) -> float:
    """How far apart the colours are at most, in ``[0, 1]``; in between where nobody can tell."""
    whole = min(evidence.overlap_a, evidence.overlap_b) > _SAME_WHOLE
    if whole or evidence.hash_distance <= _SAME_WHOLE_BITS:
        return min(evidence.difference, 60.0) / 60
    return _UNKNOWN_COLOURS
