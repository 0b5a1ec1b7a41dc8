"""Places in the plane: by UMAP, or along the two main axes for a handful of pictures."""

import numpy as np

from ..clustering.knn import Neighbours
from ..clustering.types import FloatArray
from ..clustering.umap import umap_places

AXES = 50
"""Along how many of the main axes neighbours are looked for; more of them bring in noise."""
NEIGHBOURS = 15
"""How many neighbours of each picture pull it on the map."""
FEWEST = 8
"""With fewer pictures everybody is everybody's neighbour, and the two main axes say all there is."""
_PUSHED_AWAY = ((10_000, 15), (40_000, 10))
"""Up to how many pictures, how many others each one is pushed away from for one that pulls it. More of them
keep more neighbours and take longer; UMAP's own choice is five (`benchmarks/map.py`)."""


def umap_layout(near: Neighbours, start: FloatArray, seed: int) -> FloatArray:
    """Lay pictures out in the plane so that neighbours stay together.

    UMAP by `core.clustering.umap`, with the distance of unit vectors, sqrt(2 − 2 cos).

    Args:
        near: the nearest others of each picture; at least one each.
        start: where the pictures lie at first, ``(N, 2)``.
        seed: of all that is random.

    Returns:
        Places on UMAP's own scale, ``(N, 2)`` float32.
    """
    away = np.sqrt(np.maximum(2 - 2 * near.similarity, 0)).astype(np.float32)
    return umap_places(near, away, start, seed, "euclidean", pushed_away(len(start)))


def pushed_away(count: int) -> int:
    """How many others each of `count` pictures is pushed away from for one that pulls it."""
    return next((rate for most, rate in _PUSHED_AWAY if count <= most), 5)


def two_axes(narrow: FloatArray) -> FloatArray:
    """Places along the two main axes, ``(N, 2)`` float32; on a line where there is only one.

    Args:
        narrow: places along the main axes, ``(N, axes)``.
    """
    flat = np.zeros((len(narrow), 2), np.float32)
    flat[:, : narrow.shape[1]] = narrow[:, :2]
    return flat


def directions(narrow: FloatArray) -> FloatArray:
    """The same at length one, so that near is what lies in the same direction from the middle of all."""
    length = np.linalg.norm(narrow, axis=1, keepdims=True)
    return np.asarray(narrow / np.maximum(length, 1e-12), np.float32)


def fitted(xy: FloatArray) -> FloatArray:
    """The same places moved and scaled into ``[-1, 1]``, with one scale for both axes."""
    low, high = xy.min(axis=0), xy.max(axis=0)
    half = float((high - low).max()) / 2
    return np.asarray((xy - (low + high) / 2) / (half or 1.0), np.float32).clip(-1, 1)
