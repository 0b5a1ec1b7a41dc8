"""Parallax, which distinguishes another shot of a scene from a copy. A copy is a flat picture, transformed as
a whole:

one homography maps all of its details. From another viewpoint, or a moment later, near objects have moved
relative to the background. The pictures are aligned, the residual motion is measured by dense optical flow
(DIS: Kroeger et al., "Fast optical flow using dense inverse search", ECCV 2016), and one more homography is
fitted to it ("plane plus parallax":
Irani and Anandan, "Parallax geometry of pairs of points for 3D scene analysis", ECCV 1996). A position has
moved independently if the flow finds the same detail elsewhere, and there is another detail where the
homography maps it.
"""

import threading

import numpy as np
from numpy.typing import NDArray

from ...images.opencv import opencv
from .alignment import Matrix, over_each_other
from .differences import FloatArray

_SIDE = 512
"""Longest side of the frame in which motion is measured, in pixels."""
_WINDOW, _STEP = 17, 8
_TEXTURE = 25.0
"""Minimum variance of a window that can be tracked."""
_FOUND, _ELSEWHERE = 0.85, 0.75
"""Minimum correlation of a window with the same detail, and maximum at the wrong position."""
_MOVED = 1.5
"""Minimum displacement in pixels: compression and interpolation cause less."""
_FEWEST = 40
"""Minimum number of tracked positions for a meaningful share."""
_BORDER = 9

_flow = threading.local()


def share_that_moved(a: FloatArray, b: FloatArray, matrix: Matrix) -> float:
    """Compute the share of common positions that moved differently from the picture as a whole, in ``[0,
    1]``.

    Of 14 photos it is at most 0.02 for copies saved, scaled, turned, mirrored or photographed again, at most
    0.18 for copies written or pasted over, and for drawn second shots 0.29 in the median; 0 if hardly
    anything can be tracked.

    Args:
        a: ``(H, W)`` grey levels in ``[0, 255]``.
        b: the same of the other picture; the frame to compare in.
        matrix: ``(3, 3)``, maps points of `a` to points of `b`, in fractions of width and height of each.
    """
    laid = over_each_other(a, b, matrix, _SIDE)
    if laid is None:
        return 0.0
    above, below, inside = laid
    cv = opencv()
    flow = _dense_flow(below.astype(np.uint8), above.astype(np.uint8))
    y, x = np.mgrid[: below.shape[0], : below.shape[1]].astype(np.float32)
    followed = cv.remap(
        above, x + flow[..., 0], y + flow[..., 1], cv.INTER_LINEAR, borderMode=cv.BORDER_REPLICATE
    )
    alike, texture = _correlation(followed, below)
    covered = cv.erode(inside.astype(np.uint8), np.ones((_BORDER, _BORDER), np.uint8)) > 0
    grid = (slice(_STEP, None, _STEP), slice(_STEP, None, _STEP))
    found = ((alike > _FOUND) & (texture > _TEXTURE) & covered)[grid]
    if np.count_nonzero(found) < _FEWEST:
        return 0.0
    start = np.stack([x[grid][found], y[grid][found]], axis=1)
    target = start + flow[grid][found]
    whole, _ = cv.findHomography(start, target, cv.RANSAC, 1.0, None, 500, 0.99)
    if whole is None or not np.isfinite(whole).all():
        return 0.0
    left_over = np.linalg.norm(cv.perspectiveTransform(start[None], whole)[0] - target, axis=1)
    as_a_whole = cv.warpPerspective(
        above,
        whole,
        below.shape[::-1],
        flags=cv.INTER_LINEAR | cv.WARP_INVERSE_MAP,
        borderMode=cv.BORDER_REPLICATE,
    )
    unmoved, _ = _correlation(as_a_whole, below)
    return float(((left_over > _MOVED) & (unmoved[grid][found] < _ELSEWHERE)).mean())


def _dense_flow(start: NDArray[np.uint8], target: NDArray[np.uint8]) -> FloatArray:
    """Compute the displacement ``(H, W, 2)`` of each pixel of `start` in `target`."""
    if not hasattr(_flow, "dis"):  # not thread-safe
        cv = opencv()
        _flow.dis = cv.DISOpticalFlow_create(cv.DISOPTICAL_FLOW_PRESET_MEDIUM)
    return np.asarray(_flow.dis.calc(start, target, None), np.float32)


def _correlation(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Correlate the windows around each pixel; also returns the smaller of their two variances."""
    cv = opencv()
    x, y = (cv.GaussianBlur(grey, (0, 0), 1.0) for grey in (x, y))

    def mean(values: FloatArray) -> FloatArray:
        return np.asarray(cv.boxFilter(values, -1, (_WINDOW, _WINDOW)), np.float32)

    mean_x, mean_y = mean(x), mean(y)
    var_x, var_y = mean(x * x) - mean_x**2, mean(y * y) - mean_y**2
    least = np.float32(9.0)
    together = (mean(x * y) - mean_x * mean_y) / np.sqrt(np.maximum(var_x, least) * np.maximum(var_y, least))
    return together, np.minimum(var_x, var_y)
