"""The drawing surface: antialiased regions in the product's own units, painted over a backdrop."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from .outlines import Point
from .palette import RGB

Array = npt.NDArray[np.floating[Any]]

# Only outlines need supersampling: shading and patterns are smooth by construction.
_SUPER = 4


def planes(colour: Array | RGB) -> Array:
    """Return a colour as three planes that lie over any picture; planes stay as they are.

    Pictures are kept as planes, (3, height, width), while they are drawn: tinting is many times faster so.
    """
    if isinstance(colour, tuple):
        return np.asarray(colour, np.float32)[:, None, None]
    return colour


@dataclass(frozen=True)
class Region:
    """A shape on the canvas: its coverage, and where its pixels lie in the product's units."""

    top: int
    left: int
    mask: Array
    x: Array
    y: Array
    scale: float

    @property
    def edge(self) -> float:
        """Width of one pixel in the product's units, for antialiasing patterns."""
        return 1.0 / self.scale

    def with_mask(self, mask: Array) -> Region:
        """Return the same place with another coverage."""
        return Region(self.top, self.left, mask, self.x, self.y, self.scale)


class Canvas:
    """Pixels under construction. Products draw in units of about -1 … 1, y downwards, wherever posed."""

    def __init__(self, backdrop: Array, *, centre: Point, scale: float, angle: float = 0.0) -> None:
        self.pixels = backdrop
        self.height, self.width = backdrop.shape[1:]
        self.alpha = np.zeros((self.height, self.width), np.float32)
        self._centre = centre
        self.scale = scale
        self._cos = math.cos(math.radians(angle))
        self._sin = math.sin(math.radians(angle))

    def to_pixel(self, x: float, y: float) -> Point:
        """Return where a point in the product's units lies on the canvas."""
        return (
            self._centre[0] + (x * self._cos - y * self._sin) * self.scale,
            self._centre[1] + (x * self._sin + y * self._cos) * self.scale,
        )

    def _pixels(self, path: Sequence[Point]) -> Array:
        """Return where the points of a path lie on the canvas, one row each."""
        points = np.asarray(path, np.float64)
        x, y = points[:, 0], points[:, 1]
        across, down = x * self._cos - y * self._sin, x * self._sin + y * self._cos
        return np.stack([self._centre[0] + across * self.scale, self._centre[1] + down * self.scale], axis=1)

    def region(
        self,
        points: Sequence[Point],
        *,
        also: Sequence[Sequence[Point]] = (),
        holes: Sequence[Sequence[Point]] = (),
        clip: Region | None = None,
    ) -> Region:
        """Return the region inside an outline or ``also`` others, without ``holes``, within ``clip``."""
        solid = [self._pixels(path) for path in (points, *also)]
        ends = np.concatenate(solid)
        low, high = ends.min(axis=0), ends.max(axis=0)
        left = min(max(math.floor(low[0]) - 1, 0), self.width - 1)
        top = min(max(math.floor(low[1]) - 1, 0), self.height - 1)
        width = max(min(math.ceil(high[0]) + 2, self.width) - left, 1)
        height = max(min(math.ceil(high[1]) + 2, self.height) - top, 1)
        stencil = Image.new("L", (width * _SUPER, height * _SUPER), 0)
        pen = ImageDraw.Draw(stencil)
        for number, path in enumerate([*solid, *(self._pixels(hole) for hole in holes)]):
            corners = ((path - (left, top)) * _SUPER).ravel().tolist()
            pen.polygon(corners, fill=255 if number < len(solid) else 0)
        mask = np.asarray(stencil.reduce(_SUPER), np.float32) / np.float32(255)
        here = self._place(top, left, mask)
        return here if clip is None else here.with_mask(mask * _overlap(here, clip))

    def lettering(self, text: str, x: float, y: float, height: float) -> Region:
        """Return the region of a short text centred on (x, y), in the font that comes with Pillow."""
        px, py = self.to_pixel(x, y)
        reach = math.ceil(height * self.scale * (0.5 + 0.5 * len(text))) + 2
        left, top = max(math.floor(px) - reach, 0), max(math.floor(py) - reach, 0)
        side = 2 * reach * _SUPER
        stencil = Image.new("L", (side, side), 0)
        font = ImageFont.load_default(size=height * self.scale * _SUPER)
        place = ((px - left) * _SUPER, (py - top) * _SUPER)
        ImageDraw.Draw(stencil).text(place, text, font=font, fill=255, anchor="mm")
        mask = np.asarray(stencil.reduce(_SUPER), np.float32) / np.float32(255)
        return self._place(top, left, mask[: self.height - top, : self.width - left])

    def everywhere(self) -> Region:
        """Return the whole canvas as a region."""
        return self._place(0, 0, np.ones((self.height, self.width), np.float32))

    def _place(self, top: int, left: int, mask: Array) -> Region:
        height, width = mask.shape
        px = (np.arange(left, left + width, dtype=np.float32) + 0.5 - self._centre[0])[None, :] / self.scale
        py = (np.arange(top, top + height, dtype=np.float32) + 0.5 - self._centre[1])[:, None] / self.scale
        x = px * self._cos + py * self._sin
        y = py * self._cos - px * self._sin
        return Region(top, left, mask, x.astype(np.float32), y.astype(np.float32), self.scale)

    def paint(self, where: Region, colour: Array | RGB, opacity: float = 1.0) -> None:
        """Lay ``colour`` (one, or one a pixel) over the canvas."""
        height, width = where.mask.shape
        box = (slice(where.top, where.top + height), slice(where.left, where.left + width))
        cover = (where.mask * np.float32(opacity)).astype(np.float32)
        under = self.pixels[:, *box]
        under += (planes(colour) - under) * cover
        self.alpha[box] += (1 - self.alpha[box]) * cover

    def darken(self, where: Region, amount: Array, tint: RGB = (0.10, 0.08, 0.09)) -> None:
        """Lay a shadow: ``amount`` 0 … 1 of the light taken away, a little of the tint left."""
        height, width = where.mask.shape
        box = (slice(where.top, where.top + height), slice(where.left, where.left + width))
        shade = np.clip(amount * where.mask, 0, 1).astype(np.float32)
        self.pixels[:, *box] *= 1 - shade * (1 - planes(tint))
        self.alpha[box] += (1 - self.alpha[box]) * shade


def _overlap(here: Region, clip: Region) -> Array:
    """Return the coverage of ``clip`` on the pixels of ``here``."""
    out = np.zeros_like(here.mask)
    top, left = max(here.top, clip.top), max(here.left, clip.left)
    bottom = min(here.top + here.mask.shape[0], clip.top + clip.mask.shape[0])
    right = min(here.left + here.mask.shape[1], clip.left + clip.mask.shape[1])
    if bottom > top and right > left:
        out[top - here.top : bottom - here.top, left - here.left : right - here.left] = clip.mask[
            top - clip.top : bottom - clip.top, left - clip.left : right - clip.left
        ]
    return out
