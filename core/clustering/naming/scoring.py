"""How well words fit clusters, as against the other clusters."""

import numpy as np
from numpy.typing import NDArray

from ..members import Members
from .vocabulary import Vocabulary

FloatArray = NDArray[np.float32]

# Chosen on clusters of the clothing photos (k = 10), by how many are called by a word for their majority
# class: contrast with the median cluster finds more than with the mean one, and far more than none. The mean
# of all pictures, rather than of those nearest to the centre, is best for clusters found after UMAP (training
# photos, three seeds: 8.3 of 10 instead of 7.0 with the nearest third).
_CONTRAST = 0.95
"""A little of the cosine itself is left: where most clusters show the same, nothing else tells what."""
_COLOUR_MOST = 0.5
_COLOUR_MORE = 0.25
_SAMPLE = 4_000


def noun_scores(found: Members, k: int, words: Vocabulary) -> FloatArray:
    """How well each noun fits each cluster, ``(k, V)`` float32; zeros for clusters without pictures.

    The mean cosine of the noun with the cluster's pictures, less that with the median
    cluster's: a noun that fits every cluster names none, one that fits several names each of them. A cluster
    that is the only one keeps the cosine alone.
    """
    means, there = _means(found, k)
    fit: FloatArray = means @ words.vectors.T
    if there.sum() > 1:
        fit[there] -= _CONTRAST * np.median(fit[there], axis=0)
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


def _means(found: Members, k: int) -> tuple[FloatArray, NDArray[np.bool_]]:
    """The mean of the pictures of each cluster, ``(k, dim)``, and which have any, ``(k,)``."""
    means = np.zeros((k, found.vectors.shape[1]), np.float32)
    there = np.zeros(k, np.bool_)
    for cluster in range(k):
        rows = found.rows(cluster)
        if len(rows) == 0:
            continue
        there[cluster] = True
        vectors = found.vectors[rows]
        means[cluster] = vectors.mean(axis=0)
    return means, there
