"""Two facts about searching vectors, shown on a collection's own.

On vectors of length 1 the squared Euclidean distance is ``‖a − b‖² = 2 − 2·cos(a, b)``, so the nearest by one
are the nearest by the other. And exact search in FAISS computes what a product of NumPy does.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..collection.collection import Collection
from ..errors import IndexingError
from ..index.base import FloatArray, IdArray
from ..index.flat import FlatIndex
from ..index.tuning.measure import one_thread

_COMPARED = 5000
_SEARCHED = 10_000
_QUERIES = 9
_BATCHES = 3
_ROUNDING = 1e-5
"""Of sums of a thousand products in single precision."""


@dataclass(frozen=True)
class SameOrder:
    """One picture's nearest by cosine and by Euclidean distance.

    Attributes:
        picture: the picture.
        by_cosine: ids of the nearest, largest cosine first.
        by_distance: ids of the nearest, smallest distance first.
        cosines: of `by_cosine`, in ``[-1, 1]``.
        distances: Euclidean, of `by_distance`, in ``[0, 2]``.
        compared: with how many pictures it was compared.
        same: whether all of those come in the same order; of two that are equally far either may be first.
        largest_error: the largest ``|‖a − b‖² − (2 − 2·cos)|`` among them.
        points: cosine and squared distance of some of them, from the nearest to the farthest.
    """

    picture: int
    by_cosine: tuple[int, ...]
    by_distance: tuple[int, ...]
    cosines: tuple[float, ...]
    distances: tuple[float, ...]
    compared: int
    same: bool
    largest_error: float
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class SameAnswer:
    """Exact search in FAISS (Flat) against NumPy.

    Attributes:
        vectors: how many were searched.
        dim: their length.
        queries: how many were asked.
        k: how many neighbours each time.
        same: queries that got the same neighbours, give or take the order of those equally far.
        largest_error: the largest difference between two scores of one place.
        flat_ms: milliseconds of a query by itself in FAISS, median.
        flat_batch_ms: of a query when all are asked at once, median of several times.
        numpy_ms: as `flat_ms`, in NumPy.
        numpy_batch_ms: as `flat_batch_ms`, in NumPy.
    """

    vectors: int
    dim: int
    queries: int
    k: int
    same: int
    largest_error: float
    flat_ms: float
    flat_batch_ms: float
    numpy_ms: float
    numpy_batch_ms: float


def cosine_and_euclidean(
    collection: Collection, picture: int | None = None, k: int = 8, encoder: str | None = None
) -> SameOrder:
    """Rank up to 5,000 pictures by their cosine with `picture` (the first if None), and by distance from it.

    Both are computed from the vectors themselves, in double precision, and neither from the other.

    Raises:
        IndexingError: there are fewer than two pictures.
        CollectionError: `picture` is not there.
    """
    ids, vectors = _some(collection, encoder, _COMPARED)
    chosen = int(ids[0]) if picture is None else picture
    others = ids != chosen
    ids, gallery = ids[others], vectors[others].astype(np.float64)
    query = collection.vectors_of([chosen], encoder)[0].astype(np.float64)
    cosines = gallery @ query
    squared = np.square(gallery - query).sum(axis=1)
    nearest, closest = np.argsort(-cosines, kind="stable"), np.argsort(squared, kind="stable")
    some = nearest[np.unique(np.linspace(0, len(nearest) - 1, 120).astype(int))]
    return SameOrder(
        chosen,
        tuple(ids[nearest[:k]].tolist()),
        tuple(ids[closest[:k]].tolist()),
        tuple(cosines[nearest[:k]].tolist()),
        tuple(np.sqrt(squared[closest[:k]]).tolist()),
        len(ids),
        bool((np.diff(cosines[closest]) <= _ROUNDING).all()),
        float(np.abs(squared - (2 - 2 * cosines)).max()),
        tuple((float(cosines[at]), float(squared[at])) for at in some),
    )


def flat_and_numpy(collection: Collection, k: int = 10, encoder: str | None = None) -> SameAnswer:
    """Search up to 10,000 vectors by FAISS Flat and by NumPy: 9 queries one by one, then all at once.

    Raises:
        IndexingError: there are fewer than two pictures.
    """
    ids, vectors = _some(collection, encoder, _SEARCHED)
    rows = np.arange(len(ids), dtype=np.int64)
    index = FlatIndex(vectors.shape[1])
    index.add(rows, vectors)
    k = min(k, len(ids))
    asked = vectors[np.unique(np.linspace(0, len(ids) - 1, _QUERIES).astype(int))]

    def flat(queries: FloatArray) -> tuple[IdArray, FloatArray]:
        near = index.search(queries, k)
        return near.ids, near.scores

    def plain(queries: FloatArray) -> tuple[IdArray, FloatArray]:
        scores = queries @ vectors.T
        best = np.argpartition(-scores, k - 1, axis=1)[:, :k]
        order = np.argsort(-np.take_along_axis(scores, best, 1), axis=1, kind="stable")
        best = np.take_along_axis(best, order, 1)
        return best, np.take_along_axis(scores, best, 1)

    # NumPy comes last: the threads that its BLAS wakes spin on for a while, and would hold up FAISS.
    alone = [query[None] for query in asked]
    with one_thread():
        flat_ms = _median_ms(flat, alone)
    times = [
        flat_ms,
        _median_ms(flat, [asked] * _BATCHES) / len(asked),
        _median_ms(plain, alone),
        _median_ms(plain, [asked] * _BATCHES) / len(asked),
    ]
    (found, by_flat), (wanted, by_numpy) = flat(asked), plain(asked)
    agree = [
        _same(one, other, score, vectors @ query)
        for one, other, score, query in zip(found, wanted, by_numpy, asked, strict=True)
    ]
    return SameAnswer(
        len(ids),
        vectors.shape[1],
        len(asked),
        k,
        sum(agree),
        float(np.abs(by_flat - by_numpy).max()),
        *times,
    )


def _some(collection: Collection, encoder: str | None, most: int) -> tuple[IdArray, FloatArray]:
    """At most so many vectors from all over the space, in memory, with their ids."""
    rows = collection.vectors(encoder=encoder)
    if len(rows.ids) < 2:
        raise IndexingError("Two pictures at least are needed to compare anything.")
    at = np.unique(np.linspace(0, len(rows.ids) - 1, most).astype(int))
    return rows.ids[at], np.ascontiguousarray(rows.vectors[at], np.float32)


def _same(one: IdArray, other: IdArray, scores: FloatArray, every: NDArray[np.float32]) -> bool:
    """Whether two answers name the same rows, or others that are equally far."""
    strangers = np.setdiff1d(one, other)
    return bool((every[strangers] >= scores[-1] - _ROUNDING).all())


def _median_ms(search: Callable[[FloatArray], object], asked: Sequence[FloatArray]) -> float:
    search(asked[0])
    spent = []
    for queries in asked:
        started = time.perf_counter()
        search(queries)
        spent.append(time.perf_counter() - started)
    return statistics.median(spent) * 1000
