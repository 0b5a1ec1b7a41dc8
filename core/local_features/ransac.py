"""What two pictures have in common, as geometry: which points agree on one movement of the picture.

A copy is the original moved, turned, scaled, sometimes mirrored or seen at a slant, and then cropped; so
the true matches agree on one such movement, and chance matches do not (RANSAC: Fischler and Bolles, 1981).
A similarity (four numbers) is asked first: two matches fix it, so it is quick to reject what is no copy.
What passes may refine it to a homography, which a photo of a poster needs.
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
"""Matches that must agree before there is any geometry to speak of. Two of them fix a similarity, so up to
four agree by chance in every second list of fifty candidates."""
_TOLERANCE = 6.0
"""Pixels of the working picture by which a match may miss and still agree: about one step of the pyramid
at the far end of a patch."""
_REFINED_TOLERANCE = 4.0
_TRIALS = 500
"""Two true matches in a sample of two, with 99 % certainty, down to one true match in ten."""
_WORTH_REFINING = 12
_LARGEST_ZOOM = 12.0


@dataclass(frozen=True, eq=False)
class Geometry:
    """How picture `a` lies in picture `b`.

    Attributes:
        matches: pairs of keypoints that look alike, each keypoint in at most one pair.
        mean_distance: bits of 256 by which the matched descriptors differ, on average; 256 without matches.
        lines: ``(I, 4)`` float32, the pairs that agree on one movement: x and y in `a`, x and y in `b`, as
            fractions of width and height in ``[0, 1]``, ready to be drawn on pictures of any size.
        matrix: ``(3, 3)`` float64, takes a point of `a` (pixels of its working picture, homogeneous) to `b`;
            None where too few matches agree.
        mirrored: whether `b` shows `a` in a mirror; the matrix includes that.
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
        """How many matches agree on one movement."""
        return len(self.lines)

    @property
    def inlier_ratio(self) -> float:
        """Share of the matches that agree, in ``[0, 1]``."""
        return self.inliers / self.matches if self.matches else 0.0

    @property
    def strength(self) -> tuple[int, int, float]:
        """By which the better of two readings of a pair is chosen; larger is stronger."""
        return self.inliers, self.matches, -self.mean_distance


def no_geometry(matches: int = 0, mean_distance: float = 256.0) -> Geometry:
    """Nothing in common but these matches."""
    return Geometry(matches, mean_distance, np.empty((0, 4), np.float32), None, False, 0.0, 0.0)


def fit(
    a: LocalFeatures,
    b: LocalFeatures,
    pairs: NDArray[np.int64],
    mean_distance: float,
    *,
    mirrored: bool,
) -> Geometry:
    """Find the movement that most `pairs` agree on.

    Args:
        a: one picture.
        b: the other.
        pairs: ``(M, 2)``, indexes of keypoints of `a` and `b` that look alike.
        mean_distance: of their descriptors, in bits.
        mirrored: whether `a` was matched as it looks in a mirror.
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
    """Where `matrix` takes `points` of shape ``(N, 2)``; float64 of the same shape."""
    moved = np.asarray(points, np.float64) @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(moved[:, :2] / moved[:, 2:], np.float64)


def _movement(source: FloatArray, target: FloatArray) -> tuple[Matrix | None, NDArray[np.bool_]]:
    """The movement of `source` to `target` and which of them agree on it.

    OpenCV seeds its RANSAC with a constant, so the same matches always give the same answer.
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
    """Whether the area that the points span is neither folded, nor turned over, nor cut by the horizon."""
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
    """Shares of the areas of `a` and of `b` that show the same thing."""
    try:
        back = np.asarray(np.linalg.inv(matrix), np.float64)
    except np.linalg.LinAlgError:
        return 0.0, 0.0
    sizes = (a.width, a.height), (b.width, b.height)
    return covered(back, sizes[1], sizes[0]), covered(matrix, sizes[0], sizes[1])
