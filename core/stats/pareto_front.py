"""Which of several choices are worth having: those that no other beats in everything."""

import numpy as np

from .arrays import BoolArray, FloatArray


def pareto_optimal(points: FloatArray) -> BoolArray:
    """Which rows of `points` ``(N, D)``, larger is better, are not dominated: ``(N,)``.

    A row is dominated where another is at least as good in every column and better in one. Rows that are
    equal do not dominate each other.
    """
    at_least = np.all(points[:, None, :] >= points[None, :, :], axis=2)
    better = np.any(points[:, None, :] > points[None, :, :], axis=2)
    return np.asarray(~np.any(at_least & better, axis=0), np.bool_)
