"""The features of a pair for the score, computed from its evidence."""

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
"""The last three replace geometry in pictures without details, and are 0 in all others."""
UNLIKE = frozenset({"match distance", "colour difference"})
"""The features that increase with the difference of the pictures."""
NEITHER = frozenset({"few keypoints"})
"""The features without a direction of their own; all others increase with similarity."""

_STRANGERS_BITS = 24
"""Hash distance, in the best orientation, that unrelated pictures reach or exceed."""
_FEW = 60
_SAME_WHOLE = 0.9
"""Minimum overlap of both pictures for comparing their colours cell by cell."""
_SAME_WHOLE_BITS = 12
_UNKNOWN_COLOURS = 0.5


def features(pairs: Sequence[Evidence]) -> NDArray[np.float64]:
    """Compute `FEATURES` of each pair, ``(N, 14)``."""
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
    """Compute the largest colour difference, in ``[0, 1]``; a middle value if unknown."""
    whole = min(evidence.overlap_a, evidence.overlap_b) > _SAME_WHOLE
    if whole or evidence.hash_distance <= _SAME_WHOLE_BITS:
        return min(evidence.difference, 60.0) / 60
    return _UNKNOWN_COLOURS
