"""Laying pictures out by their neighbours, for the map and for clusters alike."""

import numpy as np

from .knn import Neighbours
from .types import FloatArray

MIN_DIST = 0.0
"""How close UMAP lets pictures come to one another, on its own scale."""


def umap_places(
    near: Neighbours, distance: FloatArray, start: FloatArray, seed: int, metric: str, pushed_away: int
) -> FloatArray:
    """Lay pictures out so that neighbours stay together, with nothing held apart.

    UMAP (McInnes, Healy & Melville, "UMAP: Uniform manifold approximation and projection", 2018) by
    umap-learn, on one core, since only then does the same seed give the same places.

    Args:
        near: the nearest others of each picture, ``(N, k)``; at least one each.
        distance: how far away each of them is, ``(N, k)``.
        start: where the pictures lie at first, ``(N, d)``; they end in as many dimensions.
        seed: of all that is random.
        metric: what `distance` is, by its name in umap-learn.
        pushed_away: from how many others a picture is pushed away for one that pulls it; UMAP's own choice
            is five.

    Returns:
        Places on UMAP's own scale, ``(N, d)`` float32.
    """
    from umap.umap_ import find_ab_params, fuzzy_simplicial_set, simplicial_set_embedding

    # UMAP counts each picture first among its own neighbours.
    own = np.arange(len(near.rows), dtype=np.int32)[:, None]
    rows = np.hstack([own, near.rows])
    away = np.hstack([np.zeros_like(own, np.float32), distance])
    random = np.random.RandomState(seed)
    graph, *_ = fuzzy_simplicial_set(start, rows.shape[1], random, metric, knn_indices=rows, knn_dists=away)
    a, b = find_ab_params(1.0, MIN_DIST)
    places, _ = simplicial_set_embedding(
        data=start,
        graph=graph,
        n_components=start.shape[1],
        initial_alpha=1.0,
        a=a,
        b=b,
        gamma=1.0,
        negative_sample_rate=pushed_away,
        n_epochs=None,  # 500 up to 10,000 pictures, else 200
        init=start,
        random_state=random,
        metric=metric,
        metric_kwds={},
        densmap=False,
        densmap_kwds={},
        output_dens=False,
        parallel=False,
    )
    return np.asarray(places, np.float32)
