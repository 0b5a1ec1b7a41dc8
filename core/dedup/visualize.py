"""Visualisation of where two pictures agree and differ."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ..collection.reader import Reader
from ..collection.storage.feature_cache import FeatureCache
from ..images.decoding.decode import load_image
from ..images.opencv import opencv
from ..local_features.draw_matches import draw_matches
from ..local_features.matching import match
from ..local_features.orb import LocalFeatures
from ..local_features.polygon_overlap import Matrix, outline
from ..local_features.ransac import Geometry, no_geometry
from .candidates import shared_places

Floats = NDArray[np.float32]

_SIDE = 640
"""Longest side at which two pictures are overlaid, in pixels."""
_INSIDE, _EDGE = (0, 170, 130), (255, 255, 255)
_RED = np.array([214, 40, 40], np.float32)
_VISIBLE = 32.0
"""Minimum colour difference, of 255, of a position that counts: more than JPEG at low quality causes."""


@dataclass(frozen=True, eq=False)
class Shown:
    """Two pictures of a collection with their geometric relation."""

    left: Image.Image
    right: Image.Image
    geometry: Geometry
    size_left: tuple[int, int]
    """Width and height of the working picture of the geometry."""
    size_right: tuple[int, int]

    def matches(self, height: int = 420) -> Image.Image:
        """Draw both side by side: the shared part is outlined, matching points are joined by lines."""
        left, right = self.left, self.right
        matrix = self.geometry.matrix
        back = _inverse(matrix)
        if matrix is not None and back is not None:
            left = _outlined(left, back, self.size_right, self.size_left)
            right = _outlined(right, matrix, self.size_left, self.size_right)
        lines = [(float(ax), float(ay), float(bx), float(by)) for ax, ay, bx, by in self.geometry.lines]
        return draw_matches(left, right, lines, mirrored=self.geometry.mirrored, height=height)

    @cached_property
    def _laid_over(self) -> tuple[Floats, Floats, NDArray[np.bool_]] | None:
        """Warp left onto right; returns it, right, and the overlap; None without an alignment."""
        if self.geometry.matrix is None:
            return None
        cv = opencv()
        scale = min(1.0, _SIDE / max(self.right.size))
        size = (max(1, round(self.right.width * scale)), max(1, round(self.right.height * scale)))
        right = np.asarray(self.right.convert("RGB").resize(size), np.float32)
        to_working = np.diag([self.size_left[0] / self.left.width, self.size_left[1] / self.left.height, 1.0])
        from_working = np.diag([size[0] / self.size_right[0], size[1] / self.size_right[1], 1.0])
        moved = from_working @ self.geometry.matrix @ to_working
        rgb = np.asarray(self.left.convert("RGB"), np.uint8)
        left = np.asarray(cv.warpPerspective(rgb, moved, size, flags=cv.INTER_AREA), np.float32)
        where = cv.warpPerspective(np.full(rgb.shape[:2], 255, np.uint8), moved, size) > 250
        where = cv.erode(where.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        return (left, right, where) if where.sum() >= 100 else None

    @cached_property
    def _differing(self) -> Floats | None:
        """Compute the colour difference at each position of right, in ``[0, 255]``; 0 outside the overlap."""
        laid = self._laid_over
        if laid is None:
            return None
        cv = opencv()
        left, right, where = laid
        evened = left.copy()
        for channel in range(3):
            # A brighter or bluer copy differs a little everywhere; additions differ locally.
            x, y = left[..., channel][where], right[..., channel][where]
            slope = float(np.clip(y.std() / max(float(x.std()), 1e-3), 0.3, 3.0))
            evened[..., channel] = (left[..., channel] - x.mean()) * slope + y.mean()
        # Blurred, with the minimum over a few pixels: edges shifted by a pixel are not a difference.
        apart = np.abs(cv.GaussianBlur(evened, (0, 0), 2.5) - cv.GaussianBlur(right, (0, 0), 2.5)).max(axis=2)
        apart = np.asarray(cv.erode(apart, np.ones((5, 5), np.uint8)), np.float32)
        return np.where(where, np.minimum(apart, 255), 0).astype(np.float32)

    @property
    def share_differing(self) -> float | None:
        """Compute the share of the overlap in which the colours differ, in ``[0, 1]``; None without an
        alignment.
        """
        laid, apart = self._laid_over, self._differing
        if laid is None or apart is None:
            return None
        return float(np.count_nonzero(apart > _VISIBLE) / max(int(laid[2].sum()), 1))

    def difference(self) -> Image.Image | None:
        """Draw right in grey, with differences from left in red; parts that left does not show are pale.

        Overall colour and brightness are equalised first. None without an alignment.
        """
        laid, apart = self._laid_over, self._differing
        if laid is None or apart is None:
            return None
        _, right, where = laid
        grey = np.repeat(right.mean(axis=2, keepdims=True), 3, axis=2)
        grey = np.where(where[..., None], 0.75 * grey + 64, 0.25 * grey + 191)
        strength = np.clip((apart - _VISIBLE / 2) / (1.5 * _VISIBLE), 0, 1)[..., None] * 0.85
        return Image.fromarray((grey * (1 - strength) + _RED * strength).astype(np.uint8))


def show(collection: Reader, a: int, b: int) -> Shown:
    """Prepare two pictures of a collection for comparison.

    Raises:
        LookalikeError: one of them does not exist, or its original cannot be read.
    """
    left, right = (load_image(collection.original(i), min_side=_SIDE).image for i in (a, b))
    found = FeatureCache(collection).of([a, b]).found
    of_a, of_b = found.get(a), found.get(b)
    if of_a is None or of_b is None:
        return Shown(left, right, no_geometry(), left.size, right.size)
    common = shared_places.load(collection)
    geometry = match(common.without(of_a), common.without(of_b))
    return Shown(left, right, geometry, _size(of_a), _size(of_b))


def _size(features: LocalFeatures) -> tuple[int, int]:
    return features.width, features.height


def _inverse(matrix: Matrix | None) -> Matrix | None:
    if matrix is None:
        return None
    try:
        return np.asarray(np.linalg.inv(matrix), np.float64)
    except np.linalg.LinAlgError:
        return None


def _outlined(
    image: Image.Image, matrix: Matrix, what: tuple[int, int], over: tuple[int, int]
) -> Image.Image:
    """Outline the part of `image` that the other picture covers; nothing if that is all of it."""
    corners = outline(matrix, what, over)
    if len(corners) < 3:
        return image
    out = image.convert("RGB").copy()
    x, y = out.width / over[0], out.height / over[1]
    thick = max(2, max(out.size) // 160)
    # Drawn slightly inside, else the line along the border of the picture would be cut in half.
    ring = [
        (min(max(px * x, thick), out.width - thick), min(max(py * y, thick), out.height - thick))
        for px, py in corners
    ]
    pen = ImageDraw.Draw(out)
    for colour, width in ((_EDGE, thick * 2), (_INSIDE, thick)):
        pen.line([*ring, ring[0]], fill=colour, width=width, joint="curve")
    return out
