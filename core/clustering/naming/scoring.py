"""How well words fit clusters, as against the other clusters."""

import numpy as np
from numpy.typing import NDArray

from core.clustering.members import Members
from core.clustering.naming.vocabulary import Vocabulary

FloatArray = NDArray[np.float32]

# Chosen on clusters (k-means, k = 10, raw and whitened, 8 seeds each) of the clothing photos of the training
# split: clusters whose majority class is among the three names proposed. Contrast with the median cluster 8.0
# of 10, with the mean one 7.7, none 5.2 (that one with all pictures); with the nearest tenth, third and half
# of a cluster's pictures to its centre 7.75, 8.0 and 7.9; in standard deviations of each word 7.7 and less.
_CORE = 0.3
_CONTRAST = 0.95
"""A little of the cosine itself is left: where most clusters show the same, nothing else tells what."""
_FEWEST = 5
_COLOUR_MOST = 0.5
_COLOUR_MORE = 0.25
_SAMPLE = 4_000


def noun_scores(found: Members, k: int, words: Vocabulary) -> FloatArray:
    """How well each noun fits each cluster, ``(k, V)`` float32; zeros for clusters without pictures.

    The mean cosine of the noun with the pictures in the middle of the cluster, less that with the median
    cluster's: a noun that fits every cluster names none, one that fits several names each of them. A cluster
    that is the only one keeps the cosine alone.
    """
    cores, there = _cores(found, k)
    fit: FloatArray = cores @ words.vectors.T
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


def _cores(found: Members, k: int) -> tuple[FloatArray, NDArray[np.bool_]]:
    """The mean of the pictures in the middle of each cluster, ``(k, dim)``, and which have any, ``(k,)``."""
    cores = np.zeros((k, found.vectors.shape[1]), np.float32)
    there = np.zeros(k, np.bool_)
    for cluster in range(k):
        rows = found.rows(cluster)
        if len(rows) == 0:
            continue
        there[cluster] = True
        vectors = found.vectors[rows]
        count = min(len(rows), max(_FEWEST, int(_CORE * len(rows))))
        near = vectors @ vectors.mean(axis=0)
        cores[cluster] = vectors[np.argpartition(-near, count - 1)[:count]].mean(axis=0)
    return cores, there
