"""How a second look changes the first order.

Local evidence is one-sided: many matches that agree on one movement hardly ever come about by chance, but
their absence says little (a plain dress has no keypoints, a cropped corner few). So candidates with
evidence go first, strongest evidence first, and all others keep the order that they had. The alternatives
that were measured, mixing the evidence into the cosine and fusing the two orders by rank, are in
`benchmarks/reranking.py` beside this rule.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

ENOUGH_INLIERS = 10
"""Matches that must agree before the order is changed: see `benchmarks/reranking.py` for the choice."""


def evidence_first(inliers: Sequence[int], enough: int = ENOUGH_INLIERS) -> list[int]:
    """The new order of candidates: places in the first order, best first.

    Candidates with at least `enough` inliers come first, most inliers first; those with less, and those
    with equally many, keep their first order among themselves. Without evidence that is the first order.
    """
    counted = [count if count >= enough else 0 for count in inliers]
    return sorted(range(len(counted)), key=lambda place: (-counted[place], place))


def by_score(scores: NDArray[np.floating]) -> list[int]:
    """The order that falls with `scores`, shape ``(N,)``; equal ones keep their first order."""
    return [int(place) for place in np.argsort(-scores, kind="stable")]
