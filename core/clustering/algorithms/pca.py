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
    from sklearn.decomposition import PCA

    sample = np.asarray(points[:: -(-len(points) // _SAMPLE)], np.float32)
    number = min(count, *sample.shape)
    found = PCA(number, svd_solver="covariance_eigh" if sample.shape[0] >= sample.shape[1] else "full").fit(
        sample
    )
    # M points differ along M − 1 axes at most: what is left over points anywhere.
    variances = found.explained_variance_ * (len(sample) - 1) / len(sample)
    turn = np.where(variances > 1e-7 * variances[0], found.components_.T, 0).astype(np.float32)
    places = np.asarray(points @ turn - found.mean_ @ turn, np.float32)
    return places, np.asarray(np.maximum(variances, 0), np.float32)
