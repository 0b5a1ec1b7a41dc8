"""Alignment:

whether two pictures that share details agree everywhere when aligned. Two products in front of the same wall
share the wall, and every keypoint on it agrees on one transform. Aligned by that transform they differ at the
product, and a copy does not. Small grey pictures are compared window by window by correlation, which is
invariant to brightness and contrast.
"""

import numpy as np
from numpy.typing import NDArray

from ...images.opencv import opencv
from ..types import Turn

GreyArray = NDArray[np.uint8]
FloatArray = NDArray[np.float32]
Matrix = NDArray[np.float64]

_SIDE = 128
"""Longest side of the frame of comparison, in pixels."""
_WINDOW, _STRIDE = 17, 8
_PLAIN = 5.0
"""Standard deviation, in grey levels, below which a window is flat."""
_SAME = 0.6
"""Minimum correlation of windows that show the same."""
_BLUR = 1.5
"""Accuracy of the transform, in pixels."""
_FEWEST = 4
"""Minimum number of windows with content for a meaningful share."""


def agreement(a: GreyArray, b: GreyArray, matrix: Matrix, frame: int = _SIDE) -> float:
    """Compute the share of windows that agree when `a` is aligned to `b`, in ``[0, 1]``.

    Only windows count that `a` covers and in which one of the two has content; 0 if there are too few.

    Args:
        a: ``(height, width)`` uint8.
        b: ``(height, width)`` uint8, the frame to compare in.
        matrix: ``(3, 3)``, maps points of `a` to points of `b`, in fractions of width and height of each.
        frame: longest side of the frame, in pixels.
    """
    laid = over_each_other(a.astype(np.float32), b.astype(np.float32), matrix, frame)
    return 0.0 if laid is None else _share_that_agrees(*laid)


def over_each_other(
    a: FloatArray, b: FloatArray, matrix: Matrix, frame: int
) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]] | None:
    """Warp `a` onto `b`; returns it, `b`, and the mask that `a` covers, all of one size; None if that is too
    small.

    Args:
        a: ``(height, width)`` float32.
        b: ``(height, width)`` float32.
        matrix: as in `agreement`.
        frame: longest side of the result, in pixels.
    """
    cv = opencv()
    scale = frame / max(b.shape)
    width, height = max(1, round(b.shape[1] * scale)), max(1, round(b.shape[0] * scale))
    if min(width, height) < _WINDOW:
        return None
    below = cv.resize(b, (width, height), interpolation=cv.INTER_AREA)
    place = np.diag([width, height, 1.0]) @ matrix @ np.diag([1 / a.shape[1], 1 / a.shape[0], 1.0])
    if not np.isfinite(place).all():
        return None
    # A warp that shrinks would pick single pixels, so the picture is averaged first.
    shrink = float(np.sqrt(abs(np.linalg.det(place[:2, :2]))))
    if 0 < shrink < 0.7:
        smaller = max(_WINDOW, round(a.shape[1] * shrink)), max(_WINDOW, round(a.shape[0] * shrink))
        place = place @ np.diag([a.shape[1] / smaller[0], a.shape[0] / smaller[1], 1.0])
        a = cv.resize(a, smaller, interpolation=cv.INTER_AREA)
    above = cv.warpPerspective(
        a, place, (width, height), flags=cv.INTER_LINEAR, borderMode=cv.BORDER_REPLICATE
    )
    inside = cv.warpPerspective(np.full(a.shape, 255, np.uint8), place, (width, height))
    return above, below, inside >= 255


def laid_down(turn: Turn) -> Matrix:
    """Return the matrix of an orientation, in fractions of width and height."""
    across = turn in ("transpose", "quarter turn left", "quarter turn right", "transverse")
    matrix = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1.0]]) if across else np.eye(3)
    if turn in ("mirror", "half turn", "quarter turn right", "transverse"):
        matrix = np.array([[-1, 0, 1], [0, 1, 0], [0, 0, 1.0]]) @ matrix
    if turn in ("flip", "half turn", "quarter turn left", "transverse"):
        matrix = np.array([[1, 0, 0], [0, -1, 1], [0, 0, 1.0]]) @ matrix
    return matrix


def _share_that_agrees(above: FloatArray, below: FloatArray, inside: NDArray[np.bool_]) -> float:
    cv = opencv()
    x, y = (cv.GaussianBlur(grey, (0, 0), _BLUR) for grey in (above, below))

    def mean(values: NDArray[np.float32]) -> NDArray[np.float32]:
        half = _WINDOW // 2
        smooth = cv.boxFilter(values, -1, (_WINDOW, _WINDOW))
        return np.asarray(smooth[half:-half:_STRIDE, half:-half:_STRIDE], np.float32)

    mean_x, mean_y = mean(x), mean(y)
    var_x, var_y = mean(x * x) - mean_x**2, mean(y * y) - mean_y**2
    together = mean(x * y) - mean_x * mean_y
    covered = mean(inside.astype(np.float32)) > 0.999
    counted = covered & (np.maximum(var_x, var_y) > _PLAIN**2)
    if np.count_nonzero(counted) < _FEWEST:
        return 0.0
    least = (_PLAIN / 2) ** 2  # a window that is plain in only one picture does not agree
    correlation = together / np.sqrt(np.maximum(var_x, least) * np.maximum(var_y, least))
    return float((correlation[counted] > _SAME).mean())
