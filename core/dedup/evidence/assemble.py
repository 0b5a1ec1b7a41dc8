"""Assembly of the evidence in a pair from the data of both pictures."""

import math
from dataclasses import dataclass

import numpy as np

from ...images.opencv import opencv
from ...local_features.orb import LocalFeatures
from ...local_features.ransac import Geometry
from ..types import Evidence
from .alignment import GreyArray, Matrix, agreement, laid_down
from .phash import Look, difference, distance

_LAID_BY_HASH = 12
"""Maximum hash distance at which the hash's orientation is used if keypoints do not give one."""
_SURELY_OTHER_BITS = 4
"""Maximum hash distance of equal pixels: thumbnails are made by different decoders."""
_PLAIN = 12
"""Maximum range of grey levels of a plain picture."""


@dataclass(frozen=True, eq=False)
class Known:
    """The data of one picture.

    Attributes:
        look: its hash and colours.
        features: its keypoints.
        grey: ``(height, width)`` uint8, its thumbnail.
        width: in pixels of the upright file.
        height: in pixels.
        level: its similarity to unrelated pictures (`core.dedup.evidence.score_normalization`).
    """

    look: Look
    features: LocalFeatures
    grey: GreyArray
    width: int
    height: int
    level: float


def could_be_equal(a: Known, b: Known) -> bool:
    """Whether the pixels of the two could be equal and should be compared."""
    if (a.width, a.height) != (b.width, b.height):
        return False
    bits, _ = distance(a.look, b.look)
    flat = a.look.hashes is None and b.look.hashes is None
    return flat or bits <= _SURELY_OTHER_BITS


def see(a: Known, b: Known, cosine: float, geometry: Geometry, same_pixels: bool) -> Evidence:
    """Assemble the evidence in a pair."""
    bits, turn = distance(a.look, b.look)
    rotation, scale = _movement(a, b, geometry)
    return Evidence(
        same_pixels=same_pixels,
        cosine=round(cosine, 5),
        cosine_normalised=round(cosine - (a.level + b.level) / 2, 5),
        hash_distance=bits,
        hash_turn=turn,
        difference=round(difference(a.look, b.look, turn), 2),
        keypoints=min(len(a.features), len(b.features)),
        matches=geometry.matches,
        mean_distance=round(geometry.mean_distance, 2),
        inliers=geometry.inliers,
        overlap_a=round(geometry.overlap_a, 4),
        overlap_b=round(geometry.overlap_b, 4),
        agreement=round(_agreement(a, b, geometry), 4),
        mirrored=geometry.mirrored,
        rotation=round(rotation, 2),
        scale=round(scale, 4),
        size_a=(a.width, a.height),
        size_b=(b.width, b.height),
        plain=_is_plain(a) and _is_plain(b),
    )


def _is_plain(picture: Known) -> bool:
    if picture.look.hashes is not None or len(picture.features):
        return False
    smooth = opencv().GaussianBlur(picture.grey, (3, 3), 0)
    return int(smooth.max()) - int(smooth.min()) < _PLAIN


def in_shares(a: LocalFeatures, b: LocalFeatures, geometry: Geometry) -> Matrix | None:
    """Convert the transform of `a` to `b` to fractions of width and height of each, ``(3, 3)``; None if there
    is none.
    """
    if geometry.matrix is None:
        return None
    to_shares, from_shares = np.diag([1 / b.width, 1 / b.height, 1.0]), np.diag([a.width, a.height, 1.0])
    return np.asarray(to_shares @ geometry.matrix @ from_shares, np.float64)


def _agreement(a: Known, b: Known, geometry: Geometry) -> float:
    matrix = in_shares(a.features, b.features, geometry)
    if matrix is None:
        bits, turn = distance(a.look, b.look)
        return agreement(a.grey, b.grey, laid_down(turn)) if bits <= _LAID_BY_HASH else 0.0
    if geometry.overlap_a <= geometry.overlap_b:
        return agreement(a.grey, b.grey, matrix)
    # In the frame of the picture that is covered more, the shared part is larger.
    try:
        return agreement(b.grey, a.grey, np.asarray(np.linalg.inv(matrix), np.float64))
    except np.linalg.LinAlgError:
        return 0.0


def _movement(a: Known, b: Known, geometry: Geometry) -> tuple[float, float]:
    """Compute the clockwise rotation of `a` in `b` in degrees, and its scale, at its centre."""
    if geometry.matrix is None:
        return 0.0, 1.0
    centre = np.array([a.features.width / 2, a.features.height / 2, 1.0])
    x, y, w = geometry.matrix @ centre
    if not math.isfinite(w) or abs(w) < 1e-9:
        return 0.0, 1.0
    # The derivative of the homography at the centre.
    slope = (geometry.matrix[:2, :2] - np.outer([x / w, y / w], geometry.matrix[2, :2])) / w
    across = slope[:, 0] * (-1.0 if geometry.mirrored else 1.0)
    rotation = math.degrees(math.atan2(across[1], across[0]))
    stretch = math.sqrt(abs(float(np.linalg.det(slope))))
    own = max(a.width, a.height) / max(a.features.width, a.features.height)
    other = max(b.width, b.height) / max(b.features.width, b.features.height)
    scale = stretch * other / own
    return (rotation, scale) if math.isfinite(rotation) and math.isfinite(scale) else (0.0, 1.0)
