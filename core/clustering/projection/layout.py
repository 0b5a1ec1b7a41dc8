"""Places in the plane: by UMAP, or along the two main axes for a handful of pictures."""

import numpy as np
from numpy.typing import NDArray

from core.clustering.neighbours import Neighbours
from core.clustering.types import FloatArray

NEIGHBOURS = 15
"""How many neighbours of each picture pull it on the map."""
MIN_DIST = 0.1
"""How close UMAP lets pictures come to one another, on its own scale."""
FEWEST = 8
"""With fewer pictures everybody is everybody's neighbour, and the two main axes say all there is."""


def umap_layout(near: Neighbours, start: FloatArray, seed: int) -> FloatArray:
    """Lay pictures out so that neighbours stay together.

    UMAP (McInnes, Healy & Melville, "UMAP: Uniform manifold approximation and projection", 2018) by
    umap-learn, on one core, since only then does the same seed give the same map.

    Args:
        near: the nearest others of each picture; at least one each.
        start: where the pictures lie at first, ``(N, 2)``.
        seed: of all that is random.

    Returns:
        Places on UMAP's own scale, ``(N, 2)`` float32.
    """
    from umap.umap_ import find_ab_params, fuzzy_simplicial_set, simplicial_set_embedding

    rows, distance = with_own(near)
    random = np.random.RandomState(seed)
    graph, *_ = fuzzy_simplicial_set(
        start, rows.shape[1], random, "euclidean", knn_indices=rows, knn_dists=distance
    )
    a, b = find_ab_params(1.0, MIN_DIST)
    places, _ = simplicial_set_embedding(
        start, graph, 2, 1.0, a, b, 1.0, 5, None, spread_out(start), random, "euclidean", {}, False, {}, False
    )
    return np.asarray(places, np.float32)


def with_own(near: Neighbours) -> tuple[NDArray[np.int32], FloatArray]:
    """Neighbours as UMAP counts them: each picture first among its own, and distances instead of cosines.

    The distance is that of the unit vectors, sqrt(2 − 2 cos).
    """
    own = np.arange(len(near.rows), dtype=np.int32)[:, None]
    away = np.sqrt(np.maximum(2 - 2 * near.similarity, 0)).astype(np.float32)
    return np.hstack([own, near.rows]), np.hstack([np.zeros_like(own, np.float32), away])


def main_axes(vectors: FloatArray) -> FloatArray:
    """Places along the two axes of largest variance, ``(N, 2)`` float32.

    The axes are those of a sample of at most 10,000 vectors, evenly drawn, each with its largest weight
    positive, so that the same vectors always give the same places.
    """
    sample = np.asarray(vectors[:: -(-len(vectors) // 10_000)], np.float64)
    mean = sample.mean(axis=0)
    _, _, axes = np.linalg.svd(sample - mean, full_matrices=False)
    axes = np.vstack([axes[:2], np.zeros((2 - len(axes[:2]), axes.shape[1]))])
    axes *= np.sign(axes[np.arange(2), np.abs(axes).argmax(axis=1)] + 1e-30)[:, None]
    return np.asarray((vectors - mean.astype(np.float32)) @ axes.T.astype(np.float32), np.float32)


def spread_out(start: FloatArray) -> FloatArray:
    """The same places at the scale on which UMAP begins, ten units wide."""
    return np.asarray(10 * start / max(float(np.abs(start).max()), 1e-12), np.float32)


def fitted(xy: FloatArray) -> FloatArray:
    """The same places moved and scaled into ``[-1, 1]``, with one scale for both axes."""
    low, high = xy.min(axis=0), xy.max(axis=0)
    half = float((high - low).max()) / 2
    return np.asarray((xy - (low + high) / 2) / (half or 1.0), np.float32).clip(-1, 1)
