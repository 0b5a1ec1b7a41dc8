"""Who is nearest to whom, for every picture of a collection at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.clustering.types import FloatArray
from core.jobs import Monitor

_STEP = 4096
"""Questions at a time: between two of these the work can be stopped."""


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The nearest others of each picture, nearest first.

    Attributes:
        rows: their places among the vectors, ``(M, k)`` int32, never the picture's own.
        similarity: their cosines, ``(M, k)`` float32 in ``[-1, 1]``, falling along each row.
    """

    rows: NDArray[np.int32]
    similarity: FloatArray


def neighbours(vectors: FloatArray, k: int, monitor: Monitor | None = None) -> Neighbours:
    """The `k` nearest others of each vector, by cosine.

    Args:
        vectors: ``(M, dim)`` float32, L2-normalised.
        k: how many; where there are not that many others, all of them.
        monitor: is asked now and then whether to stop.

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    return nearest_of(vectors, np.arange(len(vectors)), k, monitor)


def nearest_of(
    vectors: FloatArray, rows: NDArray[np.int64], k: int, monitor: Monitor | None = None
) -> Neighbours:
    """The `k` nearest others of some of the vectors, exactly.

    Args:
        vectors: ``(M, dim)`` float32, L2-normalised.
        rows: which to look for the neighbours of, ``(n,)``.
        k: how many; where there are not that many others, all of them.
        monitor: is asked now and then whether to stop.

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    import faiss

    monitor = monitor or Monitor()
    k = max(0, min(k, len(vectors) - 1))
    nearest = np.empty((len(rows), k), np.int32)
    similarity = np.empty((len(rows), k), np.float32)
    whole = np.ascontiguousarray(vectors, np.float32)
    for start in range(0, len(rows) if k else 0, _STEP):
        monitor.check()
        asked = rows[start : start + _STEP]
        cosines, found = faiss.knn(whole[asked], whole, k + 1, metric=faiss.METRIC_INNER_PRODUCT)
        nearest[start : start + _STEP], similarity[start : start + _STEP] = without_own(found, cosines, asked)
    return Neighbours(nearest, np.clip(similarity, -1, 1))


def without_own(
    found: NDArray[np.int64], values: FloatArray, own: NDArray[np.int64]
) -> tuple[NDArray[np.int32], FloatArray]:
    """Drop each row's own place from what was found for it, or the last one where it is not among them.

    Among many equal vectors a picture need not find itself.

    Args:
        found: places, ``(n, k + 1)``, best first.
        values: what goes with them, same shape.
        own: the place of each row itself, ``(n,)``.

    Returns:
        Both, ``(n, k)``.
    """
    itself = found == own[:, None]
    itself[:, -1] |= ~itself.any(axis=1)
    shape = (len(found), found.shape[1] - 1)
    return found[~itself].reshape(shape).astype(np.int32), values[~itself].reshape(shape)
