"""Whether two pictures that share details are the same picture: laid over each other, do they agree all over?

Two products before the same wall share the wall, and every keypoint on it agrees on one movement. Laid over
each other by that movement they differ where the product is, and a copy does not. Compared are small grey
pictures, window by window, by their correlation, which a change of brightness or contrast leaves as it is.
"""

import numpy as np
from numpy.typing import NDArray

from ...images.opencv import opencv
from ..types import Turn

GreyArray = NDArray[np.uint8]
FloatArray = NDArray[np.float32]
Matrix = NDArray[np.float64]

_SIDE = 128
"""Longest side, in pixels, of the frame that is compared in."""
_WINDOW, _STRIDE = 17, 8
_PLAIN = 5.0
"""Standard deviation, in grey levels, of a window in which there is nothing to compare."""
_SAME = 0.6
"""Correlation of windows that show the same."""
_BLUR = 1.5
"""Pixels: the movement is no more exact than that."""
_FEWEST = 4
"""Windows with something in them, for their share to mean anything."""


def agreement(a: GreyArray, b: GreyArray, matrix: Matrix, frame: int = _SIDE) -> float:
    """The share of windows that show the same where `a` is laid over `b`, in ``[0, 1]``.

    Only windows count that `a` covers and in which one of the two shows something; 0 with hardly any.

    Args:
        a: ``(height, width)`` uint8.
        b: ``(height, width)`` uint8, the frame to compare in.
        matrix: ``(3, 3)``, takes points of `a` to points of `b`, in shares of width and height of each.
        frame: longest side of the frame, in pixels.
    """
    laid = over_each_other(a.astype(np.float32), b.astype(np.float32), matrix, frame)
    return 0.0 if laid is None else _share_that_agrees(*laid)


def over_each_other(
    a: FloatArray, b: FloatArray, matrix: Matrix, frame: int
) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]] | None:
    """`a` where it lies on `b`, `b`, and where `a` covers it, all of one size; None where that is too small.

    Args:
        a: ``(height, width)`` float32.
        b: ``(height, width)`` float32.
        matrix: as of `agreement`.
        frame: longest side of what is returned, in pixels.
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
    # Shrinking by a warp would pick single pixels, so what is going to be shrunk is averaged first.
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
    """The matrix of a turn, in shares of width and height: takes points of a picture to where they come."""
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
    least = (_PLAIN / 2) ** 2  # a window that is plain in one picture alone agrees with nothing
    correlation = together / np.sqrt(np.maximum(var_x, least) * np.maximum(var_y, least))
    return float((correlation[counted] > _SAME).mean())
