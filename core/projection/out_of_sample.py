"""New pictures on a map that is there: between those that look like them, without drawing it anew."""

import numpy as np
from numpy.typing import NDArray

from ..clustering.types import FloatArray
from ..jobs import Monitor

NEAREST = 10
"""How many of the pictures on the map say where a new one belongs."""
_STEP = 1024
"""New pictures at a time: between two of these the work can be stopped."""
_NEXT_TO = 3.0
"""What is next to a picture on the map, in units of 1 / √N: about as far as its own neighbours lie."""
_SAME = 1e-5
"""Less than one by so much is the cosine of a vector with itself, but for rounding."""
_BESIDE = 0.004
"""How far from the picture that it shows a copy lies, in the units of the map."""


def place(known: FloatArray, xy: FloatArray, new: FloatArray, monitor: Monitor | None = None) -> FloatArray:
    """Where new pictures belong: in the midst of the nearest that are there.

    The nearest may lie on several islands of the map, and their mean in the sea between them. So the one of
    them that lies most among the others (their medoid, the nearest in the vectors weighing most) says which
    island it is, and the place is the mean of those next to that one. `benchmarks/map.py` compares pictures
    held out and put there with the same ones drawn with all others.

    Args:
        known: vectors of the pictures on the map, ``(N, dim)`` float32, L2-normalised, N >= 1.
        xy: their places, ``(N, 2)``.
        new: vectors of the new pictures, ``(n, dim)`` float32, L2-normalised.
        monitor: is asked now and then whether to stop.

    Returns:
        Their places, ``(n, 2)`` float32, inside the map.

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    import faiss

    monitor = monitor or Monitor()
    gallery = np.ascontiguousarray(known, np.float32)
    k = min(NEAREST, len(gallery))
    places = np.empty((len(new), 2), np.float32)
    for start in range(0, len(new), _STEP):
        monitor.check()
        asked = np.ascontiguousarray(new[start : start + _STEP], np.float32)
        cosines, rows = faiss.knn(asked, gallery, k, metric=faiss.METRIC_INNER_PRODUCT)
        places[start : start + _STEP] = amidst(xy[rows], 1 - cosines, _NEXT_TO / len(gallery) ** 0.5)
        same = start + np.flatnonzero(cosines[:, 0] > 1 - _SAME)
        places[same] += _around(same)  # else it would hide the one that it shows
    return places.clip(-1, 1)


def amidst(there: FloatArray, distance: FloatArray, reach: float) -> FloatArray:
    """For each new picture the mean of the places within `reach` of the medoid of its nearest.

    Args:
        there: places of its nearest, ``(n, k, 2)``.
        distance: from it to them in the vectors, ``(n, k)``; one that is near weighs more.
        reach: in the units of the map.

    Returns:
        ``(n, 2)`` float32.
    """
    weight = 1 / np.maximum(distance, 1e-6)
    apart = np.linalg.norm(there[:, :, None] - there[:, None], axis=-1)
    medoid = (apart * weight[:, None, :]).sum(axis=-1).argmin(axis=1)
    weight = weight * (apart[np.arange(len(there)), medoid] <= reach)
    weight /= weight.sum(axis=1, keepdims=True)
    return np.asarray((there * weight[:, :, None]).sum(axis=1), np.float32)


def beside(xy: FloatArray, first: NDArray[np.int64], owner: NDArray[np.int64]) -> FloatArray:
    """Places of all pictures where those that stand for others lie at `xy`: copies lie around theirs.

    They lie on a spiral around it, in the order of their rows, so that they can be distinguished at high
    zoom.

    Args:
        xy: places of the pictures that stand for others, ``(M, 2)``.
        first: their rows, ``(M,)``.
        owner: for each picture the place in `first` of the one that stands for it, ``(N,)``.

    Returns:
        Places of all, ``(N, 2)`` float32 in ``[-1, 1]``.
    """
    everyone = xy[owner].astype(np.float32)
    copies = np.flatnonzero(first[owner] != np.arange(len(owner)))
    if not len(copies):
        return everyone
    order = copies[np.argsort(owner[copies], kind="stable")]
    begins = np.searchsorted(owner[order], owner[order])
    number = np.arange(len(order)) - begins
    everyone[order] += _around(number) * np.sqrt(1 + number)[:, None]
    return everyone.clip(-1, 1)


def _around(number: NDArray[np.int64]) -> NDArray[np.float64]:
    """A step aside for each copy, by the golden angle: no two go in the same direction."""
    angle = number * np.pi * (3 - 5**0.5)
    return _BESIDE * np.column_stack([np.cos(angle), np.sin(angle)])
