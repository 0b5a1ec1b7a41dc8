"""Geometric verification: the matches of two pictures that agree on one transform.

A copy is the original translated, rotated, scaled, sometimes mirrored or seen in perspective, and then
cropped; so true matches agree on one such transform, and chance matches do not (RANSAC: Fischler and Bolles,
1981). A similarity (four parameters) is fitted first: two matches determine it, so pairs that are not copies
are rejected quickly. The pairs that pass may refine it to a homography, which a photo of a poster needs.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..images.opencv import opencv
from .orb import LocalFeatures
from .polygon_overlap import covered

FloatArray = NDArray[np.float32]
Matrix = NDArray[np.float64]

_FEWEST = 5
"""Minimum number of matches that must agree. Two determine a similarity, so up to four agree by chance in
every second list of fifty candidates.
"""
_TOLERANCE = 6.0
"""Maximum reprojection error of an inlier, in pixels of the working picture: about one step of the pyramid
at the far end of a patch."""
_REFINED_TOLERANCE = 4.0
_TRIALS = 500
"""Two true matches in a sample of two, with 99 % certainty, down to one true match in ten."""
_WORTH_REFINING = 12
_LARGEST_ZOOM = 12.0


@dataclass(frozen=True, eq=False)
class Geometry:
    """The geometric relation of picture `a` to picture `b`.

    Attributes:
        matches: pairs of keypoints that look alike, each keypoint in at most one pair.
        mean_distance: bits of 256 by which the matched descriptors differ, on average; 256 without matches.
        lines: ``(I, 4)`` float32, the pairs that agree on one transform: x and y in `a`, x and y in `b`, as
            fractions of width and height in ``[0, 1]``, ready to be drawn on pictures of any size.
        matrix: ``(3, 3)`` float64, maps a point of `a` (pixels of its working picture, homogeneous) to `b`;
            None if too few matches agree.
        mirrored: whether `b` shows `a` mirrored; the matrix includes that.
        overlap_a: share of the area of `a` that `b` shows, in ``[0, 1]``.
        overlap_b: share of the area of `b` that `a` covers, in ``[0, 1]``.
    """

    matches: int
    mean_distance: float
    lines: FloatArray
    matrix: Matrix | None
    mirrored: bool
    overlap_a: float
    overlap_b: float

    @property
    def inliers(self) -> int:
        """Number of matches that agree on one transform."""
        return len(self.lines)

    @property
    def inlier_ratio(self) -> float:
        """Share of the matches that agree, in ``[0, 1]``."""
        return self.inliers / self.matches if self.matches else 0.0

    @property
    def strength(self) -> tuple[int, int, float]:
        """The value by which the better of two readings of a pair is chosen; larger is stronger."""
        return self.inliers, self.matches, -self.mean_distance


def no_geometry(matches: int = 0, mean_distance: float = 256.0) -> Geometry:
    """Build a result without agreement among the matches."""
    return Geometry(matches, mean_distance, np.empty((0, 4), np.float32), None, False, 0.0, 0.0)


def fit(
    a: LocalFeatures,
    b: LocalFeatures,
    pairs: NDArray[np.int64],
    mean_distance: float,
    *,
    mirrored: bool,
) -> Geometry:
    """Fit the transform that most `pairs` agree on.

    Args:
        a: one picture.
        b: the other.
        pairs: ``(M, 2)``, indexes of keypoints of `a` and `b` that look alike.
        mean_distance: of their descriptors, in bits.
        mirrored: whether `a` was matched in its mirrored form.
    """
    if len(pairs) < _FEWEST:
        return no_geometry(len(pairs), mean_distance)
    start, target = a.points[pairs[:, 0]], b.points[pairs[:, 1]]
    source = start.copy()
    if mirrored:
        source[:, 0] = a.width - 1 - source[:, 0]
    model, agreed = _movement(source, target)
    if model is None or agreed.sum() < _FEWEST:
        return no_geometry(len(pairs), mean_distance)
    matrix = model
    if mirrored:
        matrix = np.stack([-model[:, 0], model[:, 1], model[:, 2] + (a.width - 1) * model[:, 0]], axis=1)
    lines = np.empty((int(agreed.sum()), 4), np.float32)
    lines[:, :2] = start[agreed] / (a.width, a.height)
    lines[:, 2:] = target[agreed] / (b.width, b.height)
    return Geometry(len(pairs), mean_distance, lines, matrix, mirrored, *_overlaps(matrix, a, b))


def project(matrix: Matrix, points: FloatArray | Matrix) -> Matrix:
    """Map `points` of shape ``(N, 2)`` by `matrix`; float64 of the same shape."""
    moved = np.asarray(points, np.float64) @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(moved[:, :2] / moved[:, 2:], np.float64)


def _movement(source: FloatArray, target: FloatArray) -> tuple[Matrix | None, NDArray[np.bool_]]:
    """Estimate the transform from `source` to `target` and its inliers.

    OpenCV seeds its RANSAC with a constant, so the result is deterministic.
    """
    cv = opencv()
    similarity, mask = cv.estimateAffinePartial2D(
        source, target, method=cv.RANSAC, ransacReprojThreshold=_TOLERANCE, maxIters=_TRIALS, confidence=0.99
    )
    none = np.zeros(len(source), bool)
    if similarity is None or not np.isfinite(similarity).all():
        return None, none
    zoom = float(np.hypot(similarity[0, 0], similarity[1, 0]))
    if not 1 / _LARGEST_ZOOM <= zoom <= _LARGEST_ZOOM:
        return None, none
    model: Matrix = np.asarray(np.vstack([similarity, [0.0, 0.0, 1.0]]), np.float64)
    agreed = mask.ravel().astype(bool)
    if agreed.sum() < _WORTH_REFINING:
        return model, agreed
    slanted, mask = cv.findHomography(source, target, cv.RANSAC, _REFINED_TOLERANCE, None, _TRIALS, 0.99)
    if slanted is not None and _keeps_its_shape(slanted, source):
        agreed_too = mask.ravel().astype(bool)
        if agreed_too.sum() >= agreed.sum():
            return np.asarray(slanted, np.float64), agreed_too
    return model, agreed


def _keeps_its_shape(matrix: Matrix, points: FloatArray) -> bool:
    """Whether the transform neither folds nor flips the area of the points, nor cuts it at the horizon."""
    low, high = points.min(axis=0), points.max(axis=0)
    corners = np.array([low, (high[0], low[1]), high, (low[0], high[1])], np.float64)
    depth = corners @ matrix[2, :2] + matrix[2, 2]
    if not np.isfinite(matrix).all() or depth.min() <= 0.1 * depth.max():
        return False
    moved = project(matrix, corners)
    sides = np.roll(moved, -1, axis=0) - moved
    following = np.roll(sides, -1, axis=0)
    return bool(np.all(sides[:, 0] * following[:, 1] - sides[:, 1] * following[:, 0] > 0))


def _overlaps(matrix: Matrix, a: LocalFeatures, b: LocalFeatures) -> tuple[float, float]:
    """Compute the shares of the areas of `a` and `b` that overlap."""
    try:
        back = np.asarray(np.linalg.inv(matrix), np.float64)
    except np.linalg.LinAlgError:
        return 0.0, 0.0
    sizes = (a.width, a.height), (b.width, b.height)
    return covered(back, sizes[1], sizes[0]), covered(matrix, sizes[0], sizes[1])
