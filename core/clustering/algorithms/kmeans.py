"""k-means: clusters around a centre each (Lloyd, 1982), from centres that lie far apart (k-means++, 2007).

Few points by scikit-learn, many by FAISS with its several starts over a sample. Wide points are clustered
along their main axes first, where a round costs a tenth, and a few rounds over all their coordinates finish
that: `benchmarks/clusters.py` measures what it costs in inertia.
"""

import numpy as np
from numpy.typing import NDArray

from ...jobs import Monitor
from ..types import FloatArray
from .base import Partition, at_home
from .method import ClusterMethod
from .pca import along

FEW = 20_000
"""Up to so many points several starts over all of them are quick."""
_STARTS = 10
_WIDE = 128
"""Axes that the first rounds go along."""
_STEP = 20
"""Rounds between two looks at whether to stop."""
_STEPS = 5
_SAMPLE = 20_000
_SAMPLED_STARTS = 5
_SAMPLED_ROUNDS = 8
"""Where there are many points, it starts several times over a sample, for so many rounds each."""
_FINISHING = 5
"""Rounds over all coordinates."""
_SETTLED = 2e-4
"""When the inertia falls by a smaller share than this over a step, the rounds end."""


def kmeans(points: FloatArray, k: int, seed: int, monitor: Monitor) -> Partition:
    """Part points into `k` clusters.

    Args:
        points: ``(M, d)`` float32, at least `k` different ones.
        k: how many clusters, at least 2.
        seed: of the first centres.
        monitor: may stop it.

    Returns:
        The clusters; a point's strength says how much nearer its own centre is than the next.

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    points = np.ascontiguousarray(points, np.float32)
    wide = points.shape[1] > _WIDE
    narrow = along(points, _WIDE)[0] if wide else points
    monitor.check()
    if len(points) <= FEW:
        rows = few(narrow, k, seed, _STARTS)[0]
    else:
        rows = nearest(narrow, _many(narrow, k, seed, monitor), 1)[1][:, 0]
    monitor.check()
    centres = means(points, rows, k)
    if wide:
        centres = _rounds(points, k, seed, _FINISHING, centres)[0]
        monitor.check()
    distances, found = nearest(points, centres, 2)
    return Partition(found[:, 0].astype(np.int32), at_home(distances[:, 0], distances[:, 1]))


def few(points: FloatArray, k: int, seed: int, starts: int) -> tuple[NDArray[np.int64], FloatArray]:
    """The clusters ``(M,)`` and centres ``(k, d)`` of the best of several starts.

    On one core: threads would add up in another order each time, and hinder each other over so few points.
    """
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        found = KMeans(k, n_init=starts, random_state=seed).fit(points)
    return found.labels_.astype(np.int64), found.cluster_centers_


def nearest(points: FloatArray, centres: FloatArray, count: int) -> tuple[FloatArray, NDArray[np.int64]]:
    """Distances to the nearest centres, ``(M, count)``, and which they are."""
    import faiss

    squares, rows = faiss.knn(points, np.ascontiguousarray(centres, np.float32), count)
    return np.sqrt(np.maximum(squares, 0)), rows


def means(points: FloatArray, clusters: NDArray[np.integer], k: int) -> FloatArray:
    """The mean of the points of each cluster, ``(k, d)`` float32; that of all where a cluster is empty.

    Rows of noise count nowhere.
    """
    from scipy.sparse import csr_matrix

    rows = np.flatnonzero(clusters >= 0)
    sizes = np.bincount(clusters[rows], minlength=k)
    member = csr_matrix((np.ones(len(rows), np.float32), (clusters[rows], rows)), shape=(k, len(points)))
    found = (member @ points) / np.maximum(sizes, 1)[:, None]
    found[sizes == 0] = points.mean(axis=0)
    return np.ascontiguousarray(found, np.float32)


def _many(points: FloatArray, k: int, seed: int, monitor: Monitor) -> FloatArray:
    """Centres ``(k, d)``, from the best of several starts over a sample."""
    sample = points[np.sort(np.random.default_rng(seed).permutation(len(points))[: max(_SAMPLE, 4 * k)])]
    tries = []
    for start in range(_SAMPLED_STARTS):
        monitor.check()
        tries.append(_rounds(sample, k, seed + start, _SAMPLED_ROUNDS, None))
    centres, before = min(tries, key=lambda one: one[1])[0], float("inf")
    for _ in range(_STEPS):
        monitor.check()
        centres, inertia = _rounds(points, k, seed, _STEP, centres)
        if inertia >= before * (1 - _SETTLED):
            break
        before = inertia
    return centres


def _rounds(
    points: FloatArray, k: int, seed: int, rounds: int, centres: FloatArray | None
) -> tuple[FloatArray, float]:
    """Centres ``(k, d)`` after more rounds, and the inertia before the last of them."""
    import faiss

    found = faiss.Kmeans(
        points.shape[1],
        k,
        niter=rounds,
        seed=seed,
        init_method=faiss.ClusteringInitMethod_KMEANS_PLUS_PLUS,
        # All points count, and FAISS does not warn of few.
        min_points_per_centroid=1,
        max_points_per_centroid=len(points),
    )
    inertia = found.train(points, init_centroids=centres)
    return found.centroids, float(inertia)


KMEANS_METHOD = ClusterMethod(
    "kmeans",
    "k-means",
    "Clusters of like size around a centre each. The usual choice.",
    lambda points, wanted, monitor: kmeans(points, wanted.k, wanted.seed, monitor),
)
