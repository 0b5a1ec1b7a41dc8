"""HDBSCAN: as many clusters as there are dense places, and noise between them.

The leaves of its tree are the clusters. The choice by excess of mass, usual elsewhere, finds three or four
coarse ones among ten kinds of clothes, for a few kinds lie far from all others.

Campello, Moulavi and Sander, "Density-based clustering based on hierarchical density estimates", 2013; by
scikit-learn.
"""

import numpy as np

from ...errors import ClusteringError
from ...jobs import Monitor
from ..types import NOISE, FloatArray
from .base import Partition
from .method import ClusterMethod

_SAMPLES = 5
"""Neighbours that say how dense it is around a point."""


def density(points: FloatArray, min_size: int, monitor: Monitor) -> Partition:
    """Find the dense places; a point's strength is its probability of being in its cluster.

    Args:
        points: ``(M, d)`` float32, of a few dimensions: in many, nothing is dense.
        min_size: the smallest cluster, at least 2.
        monitor: asked before and after whether to stop.

    Raises:
        ClusteringError: everything is noise.
        Cancelled: the monitor was asked to stop.
    """
    from sklearn.cluster import HDBSCAN

    monitor.check()
    if len(points) < min_size:
        raise _nothing(min_size)
    found = HDBSCAN(
        min_cluster_size=min_size,
        min_samples=min(_SAMPLES, len(points)),
        cluster_selection_method="leaf",
        copy=True,
    ).fit(points)
    monitor.check()
    clusters = np.where(found.labels_ < 0, NOISE, found.labels_).astype(np.int32)
    if not (clusters >= 0).any():
        raise _nothing(min_size)
    return Partition(clusters, np.where(clusters < 0, 0, found.probabilities_).astype(np.float32))


def _nothing(min_size: int) -> ClusteringError:
    return ClusteringError(
        f"HDBSCAN found nothing but noise: no {min_size} pictures lie close enough together. Choose a "
        "smaller minimum size, or k-means."
    )


HDBSCAN_METHOD = ClusterMethod(
    "hdbscan",
    "HDBSCAN",
    "Dense places, however many there are; the rest belongs nowhere.",
    lambda points, wanted, monitor: density(points, wanted.min_size, monitor),
    by_density=True,
)
