"""How well words fit clusters, as against the other clusters."""

import numpy as np
from numpy.typing import NDArray

from core.clustering.members import Members
from core.clustering.naming.vocabulary import Vocabulary

FloatArray = NDArray[np.float32]

_COLOUR_MOST = 0.5
_COLOUR_MORE = 0.25
_SAMPLE = 4_000


def noun_scores(found: Members, k: int, words: Vocabulary) -> FloatArray:
    """How well each noun fits each cluster, ``(k, V)`` float32; zeros for clusters without pictures.

    The mean cosine of the noun with the cluster's pictures, less its mean cosine with the other clusters'.
    Alone, the noun's own mean cosine is left.
    """
    centres = found.centres(k)
    fit: FloatArray = centres @ words.vectors.T
    there = np.flatnonzero(centres.any(axis=1))
    if len(there) > 1:
        fit[there] -= fit[there].mean(axis=0)
    return fit


def colours(found: Members, k: int, words: Vocabulary) -> list[str | None]:
    """The colour that stands out in each cluster, or None.

    It is the best-fitting one of at least half of the cluster's pictures, and of clearly more of them than of
    the whole collection's.
    """
    rows = np.arange(len(found))
    if len(rows) > _SAMPLE:
        rows = np.unique(np.linspace(0, len(rows) - 1, _SAMPLE).astype(np.intp))
    best = np.argmax(found.vectors[rows] @ words.colour_vectors.T, axis=1)
    count = len(words.colours)
    usual = np.bincount(best, minlength=count) / max(1, len(best))
    stands: list[str | None] = []
    for cluster in range(k):
        own = best[found.clusters[rows] == cluster]
        share = np.bincount(own, minlength=count) / max(1, len(own))
        at = int(np.argmax(share - usual))
        clear = share[at] >= _COLOUR_MOST and share[at] - usual[at] >= _COLOUR_MORE
        stands.append(words.colours[at] if clear else None)
    return stands
