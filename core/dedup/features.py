"""The numbers that a score is learned from, taken from the evidence in a pair."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.dedup.types import Evidence

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
    "few keypoints",
)

_STRANGERS_BITS = 24
"""Bits by which the hashes of strangers differ in their best turn, or more."""
_FEW = 60


def features(pairs: Sequence[Evidence]) -> NDArray[np.float64]:
    """`FEATURES` of each pair, ``(N, 10)``; each grows with how alike they are, but the last two."""
    rows = [
        (
            e.cosine,
            e.cosine_normalised,
            max(0.0, 1 - e.hash_distance / _STRANGERS_BITS),
            np.log1p(e.inliers),
            e.inlier_ratio,
            max(e.overlap_a, e.overlap_b),
            min(e.overlap_a, e.overlap_b),
            e.agreement,
            min(e.mean_distance, 96.0) / 96,
            max(0.0, 1 - e.keypoints / _FEW),
        )
        for e in pairs
    ]
    return np.array(rows, np.float64).reshape(-1, len(FEATURES))
