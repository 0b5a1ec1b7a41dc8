"""The k nearest neighbours of every picture of a collection.

Comparing all pairs takes minutes from some tens of thousands of pictures on. There, candidates
come from fewer dimensions (the main axes, found by FAISS) and the parts of that space that lie next to a
picture; their order is that of the whole vectors. `benchmarks/map.py` says how many of the true neighbours
are found.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..cores import CORES
from ..jobs import Monitor
from .types import FloatArray

EXACT = 20_000
"""Up to this many pictures all pairs are compared."""
AXES = 96
"""Dimensions in which candidates are looked for."""
PARTS = 32
"""In how many of the parts of that space nearest to a picture."""
SPARE = 3
"""How many times more candidates than neighbours."""
_STEP = 4096
"""Questions at a time: between two of these the work can be stopped."""
_GATHERED = 64
"""Pictures whose candidates' vectors are gathered at a time: 16 MB, which a core keeps at hand."""


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
    """The `k` nearest others of each vector, by cosine: exactly for up to `EXACT`, nearly all of them beyond.

    Args:
        vectors: ``(M, dim)`` float32, L2-normalised.
        k: how many; where there are not that many others, all of them.
        monitor: is asked now and then whether to stop.

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    if len(vectors) > EXACT:
        return _among_candidates(vectors, k, monitor or Monitor())
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

    k = max(0, min(k, len(vectors) - 1))
    whole = np.ascontiguousarray(vectors, np.float32)
    nearest = np.empty((len(rows), k), np.int32)
    similarity = np.empty((len(rows), k), np.float32)
    for part in _parts(len(rows) if k else 0, monitor or Monitor()):
        cosines, found = faiss.knn(whole[rows[part]], whole, k + 1, metric=faiss.METRIC_INNER_PRODUCT)
        nearest[part], similarity[part] = without_own(found, cosines, rows[part])
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


def _among_candidates(vectors: FloatArray, k: int, monitor: Monitor) -> Neighbours:
    index, narrow = _narrow_index(vectors, monitor)
    nearest = np.empty((len(vectors), k), np.int32)
    similarity = np.empty((len(vectors), k), np.float32)
    for part in _parts(len(vectors), monitor):
        _, found = index.search(narrow[part], SPARE * k + 1)
        candidates = np.where(found == np.arange(part.start, part.stop)[:, None], -1, found)
        nearest[part], similarity[part] = _best(vectors, part.start, candidates, k)
    return Neighbours(nearest, np.clip(similarity, -1, 1))


def _narrow_index(vectors: FloatArray, monitor: Monitor) -> tuple[Any, FloatArray]:
    """The vectors along their main axes, in parts that lie together."""
    import faiss

    count, dim = vectors.shape
    axes = faiss.PCAMatrix(dim, min(AXES, dim))
    sample = np.linspace(0, count - 1, min(count, 20_000)).astype(np.int64)
    axes.train(np.ascontiguousarray(vectors[sample], np.float32))
    narrow = np.empty((count, axes.d_out), np.float32)
    for part in _parts(count, monitor):
        narrow[part] = axes.apply(np.ascontiguousarray(vectors[part], np.float32))
    lists = int(4 * count**0.5)
    index = faiss.IndexIVFFlat(faiss.IndexFlatL2(axes.d_out), axes.d_out, lists)
    index.cp.niter, index.cp.max_points_per_centroid, index.cp.min_points_per_centroid = 8, 40, 1
    monitor.check()
    index.train(narrow)
    index.add(narrow)
    index.nprobe = PARTS
    return index, narrow


def _best(
    vectors: FloatArray, start: int, candidates: NDArray[np.int64], k: int
) -> tuple[NDArray[np.int32], FloatArray]:
    """The `k` candidates of each row from `start` on with the largest cosines; −1 is no candidate."""
    nearest = np.empty((len(candidates), k), np.int32)
    similarity = np.empty((len(candidates), k), np.float32)

    def work(first: int) -> None:
        few = candidates[first : first + _GATHERED]
        own = vectors[start + first : start + first + len(few)]
        cosines = np.matmul(vectors[few], own[:, :, None])[:, :, 0]
        cosines[few < 0] = -2
        order = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
        nearest[first : first + len(few)] = np.take_along_axis(few, order, axis=1)
        similarity[first : first + len(few)] = np.take_along_axis(cosines, order, axis=1)

    with ThreadPoolExecutor(CORES) as pool:
        list(pool.map(work, range(0, len(candidates), _GATHERED)))
    return nearest, similarity


def _parts(count: int, monitor: Monitor) -> Iterator[slice]:
    """The rows, some at a time; between them the work can be stopped."""
    for start in range(0, count, _STEP):
        monitor.check()
        yield slice(start, min(start + _STEP, count))
