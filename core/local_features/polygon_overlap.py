"""Overlap of two rectangles under a projective transform.

Clipped edge by edge (Sutherland and Hodgman, "Reentrant polygon clipping", CACM 1974). OpenCV's
`intersectConvexConvex` was measured to return 0.69 of the area for a rectangle and itself.
"""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Point = tuple[float, float]


def covered(matrix: Matrix, what: tuple[int, int], over: tuple[int, int]) -> float:
    """Compute the share of a picture of size `over` that one of size `what` covers under `matrix`.

    Args:
        matrix: ``(3, 3)`` float64, maps points of `what` to points of `over`.
        what: width and height in pixels.
        over: width and height in pixels.

    Returns:
        A share in ``[0, 1]``; 0 if a corner of `what` is mapped beyond the horizon, where the area is
        undefined.
    """
    return min(1.0, _area(outline(matrix, what, over)) / (over[0] * over[1]))


def outline(matrix: Matrix, what: tuple[int, int], over: tuple[int, int]) -> list[Point]:
    """Compute the corners of the part of a picture of size `over` that one of size `what` covers under
    `matrix`.

    In pixels of `over`; arguments as for `covered`. Empty where nothing is covered.
    """
    width, height = what
    corners = np.array([[0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1]], np.float64)
    moved = corners @ matrix.T
    if not np.isfinite(moved).all() or moved[:, 2].min() <= 0:
        return []
    polygon = [(float(x / w), float(y / w)) for x, y, w in moved]
    for axis, limit in ((0, over[0]), (1, over[1])):
        polygon = _clip(polygon, axis, 0.0, 1.0)
        polygon = _clip(polygon, axis, float(limit), -1.0)
    return polygon


def _clip(polygon: list[Point], axis: int, limit: float, sign: float) -> list[Point]:
    """Clip a polygon to the side of `limit` given by `sign`."""
    kept: list[Point] = []
    for i, here in enumerate(polygon):
        before = polygon[i - 1]
        inside, was_inside = sign * (here[axis] - limit) >= 0, sign * (before[axis] - limit) >= 0
        if inside != was_inside:
            t = (limit - before[axis]) / (here[axis] - before[axis])
            kept.append((before[0] + t * (here[0] - before[0]), before[1] + t * (here[1] - before[1])))
        if inside:
            kept.append(here)
    return kept


def _area(polygon: list[Point]) -> float:
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(polygon, polygon[1:] + polygon[:1], strict=True))
    return abs(twice) / 2
