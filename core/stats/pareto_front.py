"""The Pareto front: the choices that no other choice dominates."""

import numpy as np

from .arrays import BoolArray, FloatArray


def pareto_optimal(points: FloatArray) -> BoolArray:
    """Mark the rows of `points` ``(N, D)``, larger is better, that are not dominated: ``(N,)`` bool.

    A row is dominated if another is at least as good in every column and better in one. Rows that are
    equal do not dominate each other.
    """
    at_least = np.all(points[:, None, :] >= points[None, :, :], axis=2)
    better = np.any(points[:, None, :] > points[None, :, :], axis=2)
    return np.asarray(~np.any(at_least & better, axis=0), np.bool_)
