"""The result type of clustering algorithms."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..types import NOISE, ClusterArray, FloatArray


@dataclass(frozen=True, eq=False)
class Partition:
    """A partition of rows into clusters.

    Attributes:
        clusters: ``(M,)`` int32, 0 up, `NOISE` belongs nowhere.
        strength: membership score in its cluster, ``(M,)`` float32 in ``[0, 1]``; 0 for noise.
    """

    clusters: ClusterArray
    strength: FloatArray

    @property
    def k(self) -> int:
        """The number of clusters, without noise."""
        return int(self.clusters.max(initial=NOISE)) + 1


def by_size(clusters: NDArray[np.integer]) -> ClusterArray:
    """Renumber the clusters by size, 0 the largest; ties by first occurrence.

    Args:
        clusters: ``(M,)``, any numbers from 0 up; negative ones are noise.
    """
    inside = np.flatnonzero(clusters >= 0)
    named, first, flat = np.unique(clusters[inside], return_index=True, return_inverse=True)
    sizes = np.bincount(flat, minlength=len(named))
    rank = np.empty(len(named), np.int32)
    rank[np.lexsort((first, -sizes))] = np.arange(len(named), dtype=np.int32)
    out = np.full(len(clusters), NOISE, np.int32)
    out[inside] = rank[flat]
    return out


def at_home(own: NDArray[np.floating], other: NDArray[np.floating]) -> FloatArray:
    """Compute how much nearer each is to its own centre than to the next, ``(M,)`` float32 in ``[0, 1]``.

    The simplified silhouette (Hruschka, de Castro and Campello, 2004), floored at 0.

    Args:
        own: distance to the centre of its own cluster, ``(M,)``.
        other: distance to the nearest other centre, ``(M,)``.
    """
    larger = np.maximum(own, other)
    share = np.divide(other - own, larger, out=np.zeros(len(own), np.float64), where=larger > 0)
    return np.asarray(np.clip(share, 0, 1), np.float32)
