"""Agglomerative clustering: those join first that add least to the spread (Ward, 1963)."""

import numpy as np

from ...errors import ClusteringError
from ...jobs import Monitor
from ..types import FloatArray
from .base import Partition, at_home
from .kmeans import means
from .method import ClusterMethod

MOST = 10_000
"""With more, the distances between all pairs would take half a gigabyte and more."""


def check_size(count: int) -> None:
    """Check that so many points can be clustered.

    Raises:
        ClusteringError: there are more than `MOST`.
    """
    if count > MOST:
        raise ClusteringError(
            f"Agglomerative clustering compares all pairs, and takes {MOST:,} different pictures at most; "
            f"there are {count:,}. Choose k-means or HDBSCAN."
        )


def agglomerative(points: FloatArray, k: int, monitor: Monitor) -> Partition:
    """Join points until `k` clusters are left; strength as for k-means, 0 where another centre is nearer.

    Args:
        points: ``(M, d)`` float32.
        k: how many clusters, between 2 and M.
        monitor: asked before and after whether to stop.

    Raises:
        ClusteringError: there are more than `MOST`.
        Cancelled: the monitor was asked to stop.
    """
    check_size(len(points))
    from scipy.cluster.hierarchy import cut_tree
    from scipy.cluster.hierarchy import ward as linkage
    from scipy.spatial.distance import pdist

    monitor.check()
    tree = linkage(pdist(points))
    monitor.check()
    clusters = cut_tree(tree, n_clusters=k)[:, 0].astype(np.int32)
    centres = means(points, clusters, k)
    distances = np.stack([np.linalg.norm(points - centre, axis=1) for centre in centres], axis=1)
    own = distances[np.arange(len(points)), clusters]
    distances[np.arange(len(points)), clusters] = np.inf
    return Partition(clusters, at_home(own, distances.min(axis=1)))


WARD_METHOD = ClusterMethod(
    "agglomerative",
    "agglomerative",
    "Joins the two nearest again and again. For small collections.",
    lambda points, wanted, monitor: agglomerative(points, wanted.k, monitor),
    check=check_size,
)
