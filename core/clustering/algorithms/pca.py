"""The axes along which points differ most: principal component analysis (Pearson, 1901)."""

import numpy as np

from ..types import FloatArray

_SAMPLE = 20_000
"""Points that the axes are found with."""


def along(points: FloatArray, count: int) -> tuple[FloatArray, FloatArray]:
    """Places of points along their main axes, widest first, with the variance along each axis.

    There are ``n = min(count, d, M)`` axes: places ``(M, n)`` float32, variances ``(n,)`` float32. The axes
    are those of at most 20,000 points, evenly drawn, each with its largest weight positive, so that the same
    points always give the same places.
    """
    sample = np.asarray(points[:: -(-len(points) // _SAMPLE)], np.float32)
    mean = sample.mean(axis=0)
    centred = sample - mean
    count = min(count, *centred.shape)
    if centred.shape[0] < centred.shape[1]:
        variances, turned = np.linalg.eigh((centred @ centred.T).astype(np.float64) / len(sample))
        weights = centred.T @ turned[:, ::-1][:, :count]
        weights /= np.maximum(np.linalg.norm(weights, axis=0), 1e-12)
        # M points differ along M − 1 axes at most: what is left over points anywhere.
        weights[:, variances[::-1][:count] <= 1e-7 * variances[-1]] = 0
    else:
        variances, turned = np.linalg.eigh((centred.T @ centred).astype(np.float64) / len(sample))
        weights = turned[:, ::-1][:, :count]
    weights = weights * np.where(weights[np.abs(weights).argmax(axis=0), np.arange(count)] < 0, -1, 1)
    turn = np.asarray(weights, np.float32)
    places = np.asarray(points @ turn - mean @ turn, np.float32)
    return places, np.asarray(np.maximum(variances[::-1][:count], 0), np.float32)
