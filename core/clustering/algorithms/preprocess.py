"""Preprocessing of vectors before clustering.

Measured on real photos, NMI with their labels (`benchmarks/clusters.py` prints the table): UMAP first is
better than the vectors as they are; whitening is no better, for the axes along which most pictures differ are
also those along which classes do, and dropping the first of them is far worse.
"""

import numpy as np

from ...errors import ClusteringError
from ...jobs import Monitor
from ..knn import neighbours
from ..types import FloatArray, Method, Preparation
from ..umap import umap_places
from .pca import along
from .registry import find_method

UMAP_UP_TO = 20_000
"""Up to this many different pictures UMAP is the default: more would take over a minute."""
UMAP_AXES = 5
_UMAP_NEIGHBOURS = 15
_PUSHED_AWAY = 5
FEWEST_FOR_UMAP = 30
"""With fewer pictures nearly all are neighbours of each other, and UMAP has no structure to use."""
_WHITE_AXES = 64
_WHITE_POWER = 0.5
"""0 leaves the axes as wide as they are, 1 makes them equally wide; noise is what the narrow ones hold."""


def usual(distinct: int, method: Method) -> Preparation:
    """Choose the best preparation for this many different pictures, considering its time."""
    if distinct < FEWEST_FOR_UMAP:
        return "none"
    return "umap" if distinct <= UMAP_UP_TO or find_method(method).by_density else "none"


def prepare(vectors: FloatArray, preparation: Preparation, seed: int, monitor: Monitor) -> FloatArray:
    """The points to cluster.

    Args:
        vectors: ``(M, dim)`` float32, L2-normalised.
        preparation: ``none`` leaves them as they are; ``whiten`` turns them to their 64 main axes, evens the
            axes out halfway, and normalises again; ``umap`` lays them out in 5 dimensions so that
            neighbours stay together.
        seed: of UMAP.
        monitor: asked now and then whether to stop.

    Returns:
        ``(M, d)`` float32.

    Raises:
        ClusteringError: there are too few for UMAP.
        Cancelled: the monitor was asked to stop.
    """
    if preparation == "whiten":
        return whitened(vectors)
    if preparation == "umap":
        if len(vectors) < FEWEST_FOR_UMAP:
            raise ClusteringError(
                f"UMAP needs {FEWEST_FOR_UMAP} different pictures at least, and there are {len(vectors)}; "
                "leave the preparation out."
            )
        return _laid_out(vectors, seed, monitor)
    return vectors


def whitened(vectors: FloatArray, axes: int = _WHITE_AXES, power: float = _WHITE_POWER) -> FloatArray:
    """Vectors along their main axes, each divided by its variance to the power of ``power / 2``, normalised.

    Args:
        vectors: ``(M, dim)`` float32.
        axes: how many.
        power: 0 changes nothing, 1 makes all axes equally wide.
    """
    places, variances = along(vectors, axes)
    variances = np.maximum(variances, variances.max(initial=0) * 1e-6 + 1e-12)
    places = places * (variances / variances.max()) ** (-power / 2)
    return np.asarray(places / np.maximum(np.linalg.norm(places, axis=1, keepdims=True), 1e-12), np.float32)


def _laid_out(vectors: FloatArray, seed: int, monitor: Monitor) -> FloatArray:
    """UMAP to a few dimensions with nothing held apart: clusters then are dense (McInnes et al., 2018)."""
    monitor.say("Finding neighbours")
    near = neighbours(vectors, _UMAP_NEIGHBOURS - 1, monitor)
    monitor.check()
    monitor.say("Laying the pictures out by their neighbours")
    start, _ = along(vectors, UMAP_AXES)
    start = np.pad(start, ((0, 0), (0, UMAP_AXES - start.shape[1])))
    start = np.asarray(10 * start / max(float(np.abs(start).max()), 1e-12), np.float32)
    places = umap_places(near, np.maximum(1 - near.similarity, 0), start, seed, "cosine", _PUSHED_AWAY)
    monitor.check()
    return places
