"""k-means: clusters of like size around a centre each (Lloyd, 1982), from centres that lie far apart."""

import numpy as np

from core.clustering.partition.types import Partition, at_home
from core.clustering.types import FloatArray
from core.jobs import Monitor

_ROUNDS = 25
_STARTS = 10
_STARTED_OFTEN = 20_000
"""Up to so many points, it starts several times and keeps the best."""


def kmeans(points: FloatArray, k: int, seed: int, monitor: Monitor) -> Partition:
    """Part points into `k` clusters.

    Args:
        points: ``(M, d)`` float32, at least `k` different ones.
        k: how many clusters, at least 2.
        seed: of the first centres.
        monitor: may stop it.

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    import faiss

    starts = _STARTS if len(points) <= _STARTED_OFTEN else 1
    found = faiss.Kmeans(
        points.shape[1],
        k,
        niter=_ROUNDS,
        nredo=starts,
        seed=seed,
        init_method=faiss.ClusteringInitMethod_KMEANS_PLUS_PLUS,
        min_points_per_centroid=1,
        max_points_per_centroid=len(points),
    )
    points = np.ascontiguousarray(points, np.float32)
    found.train(points)
    monitor.check()
    distances, rows = found.index.search(points, 2)
    distances = np.sqrt(np.maximum(distances, 0))
    return Partition(rows[:, 0].astype(np.int32), at_home(distances[:, 0], distances[:, 1]))
