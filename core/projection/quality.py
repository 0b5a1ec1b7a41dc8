"""Quality of a map: trustworthiness and kNN preservation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..clustering.knn import Neighbours, nearest_of, without_own
from ..clustering.types import FloatArray
from ..jobs import Monitor

K = 15
"""How many neighbours the quality of a map is measured with."""
_SAMPLE = 2000
"""Trustworthiness is the mean over at most so many pictures."""
_STEP = 256
"""Pictures ranked at a time: with 100,000 others that is 100 MB of cosines."""


@dataclass(frozen=True, eq=False)
class Found:
    """What was measured: see `MapQuality`, and `kept` of each picture, ``(N,)`` float32."""

    trustworthiness: float | None
    knn_preservation: float | None
    k: int
    sample: int
    kept: FloatArray


def measure(vectors: FloatArray, near: Neighbours, xy: FloatArray, monitor: Monitor | None = None) -> Found:
    """How far a map can be trusted, against the cosines of the vectors.

    Args:
        vectors: ``(N, dim)`` float32, L2-normalised.
        near: the nearest others of each, at least `K` where there are that many.
        xy: where they lie, ``(N, 2)``.
        monitor: is asked now and then whether to stop.

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    count = len(xy)
    k = usual_k(count)
    if k == 0:
        return Found(None, None, 0, 0, np.full(count, np.nan, np.float32))
    on_map = nearest_on_map(xy, k)
    shares = kept(near.rows[:, :k], on_map)
    sample = np.sort(np.random.default_rng(0).permutation(count)[:_SAMPLE])
    trusted = trustworthiness(vectors, on_map, sample, monitor)
    return Found(trusted, float(shares.mean()), k, len(sample), shares)


def usual_k(count: int) -> int:
    """How many neighbours to measure with among `count` pictures: `K`, and always fewer than half of them."""
    return max(0, min(K, (count - 1) // 2))


def nearest_on_map(xy: FloatArray, k: int) -> NDArray[np.int32]:
    """Rows of the `k` nearest others of each point in the plane, nearest first, ``(N, k)`` int32.

    Args:
        xy: points, ``(N, 2)``.
        k: how many; fewer than N.
    """
    return _nearest_on_map(xy, np.arange(len(xy)), k)


def _nearest_on_map(xy: FloatArray, rows: NDArray[np.int64], k: int) -> NDArray[np.int32]:
    from scipy.spatial import cKDTree

    distance, found = cKDTree(xy).query(xy[rows], k=k + 1, workers=-1)
    return without_own(found, distance.astype(np.float32), rows)[0]


def kept(near: NDArray[np.int32], on_map: NDArray[np.int32]) -> FloatArray:
    """For each picture the share of its nearest in the vectors that are among its nearest on the map.

    Args:
        near: rows of the k nearest in the vectors, ``(N, k)``.
        on_map: rows of the k nearest on the map, ``(N, k)``.

    Returns:
        Shares in ``[0, 1]``, ``(N,)`` float32.
    """
    count = np.zeros(len(near), np.int32)
    for column in range(on_map.shape[1]):
        count += (near == on_map[:, column : column + 1]).any(axis=1)
    return np.asarray(count / near.shape[1], np.float32)


def kept_of(
    vectors: FloatArray, xy: FloatArray, rows: NDArray[np.int64], monitor: Monitor | None = None
) -> FloatArray:
    """The same for some pictures only, without the neighbours of all being known.

    Args:
        vectors: of all pictures, ``(N, dim)`` float32, L2-normalised.
        xy: where all lie, ``(N, 2)``.
        rows: of the pictures to say it of, ``(n,)``.
        monitor: is asked now and then whether to stop.

    Returns:
        Shares in ``[0, 1]``, ``(n,)`` float32; nan for fewer than three pictures.

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    k = usual_k(len(xy))
    if k == 0:
        return np.full(len(rows), np.nan, np.float32)
    return kept(nearest_of(vectors, rows, k, monitor).rows, _nearest_on_map(xy, rows, k))


def trustworthiness(
    vectors: FloatArray, on_map: NDArray[np.int32], sample: NDArray[np.int64], monitor: Monitor | None = None
) -> float:
    """How far the neighbours on the map are neighbours in the vectors, by cosine, over a sample of pictures.

    A neighbour on the map that is only the r-th nearest in the vectors, r > k, costs r − k; the sum is scaled
    so that 1 is the best and 0 the worst there is (Venna & Kaski, "Neighborhood preservation in nonlinear
    projection methods: an experimental study", ICANN 2001). Over all pictures it is what scikit-learn's
    function of this name says.

    Args:
        vectors: of all pictures, ``(N, dim)`` float32, L2-normalised.
        on_map: rows of the k nearest of every picture on the map, ``(N, k)``, with k < N / 2.
        sample: rows of the pictures to rank the neighbours of, ``(n,)``.
        monitor: is asked now and then whether to stop.

    Returns:
        At most 1.

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    monitor = monitor or Monitor()
    count, k = on_map.shape
    cost = 0
    for start in range(0, len(sample), _STEP):
        monitor.check()
        rows = sample[start : start + _STEP]
        cosines = vectors[rows] @ vectors.T
        cosines[np.arange(len(rows)), rows] = -np.inf
        for column in range(k):
            reached = np.take_along_axis(cosines, on_map[rows, column : column + 1].astype(np.int64), axis=1)
            rank = 1 + np.count_nonzero(cosines > reached, axis=1)
            cost += int(np.maximum(rank - k, 0).sum())
    return 1 - 2 * cost / int(len(sample) * k * (2 * count - 3 * k - 1))
