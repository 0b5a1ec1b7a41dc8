"""All measures of one picture, from one decoding."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..decoding.decode import load_image
from ..opencv import opencv
from . import damage, detail, tones
from .blur import blur
from .framing import frame_share

SIDE = 512
"""Longest side at which a picture is measured, in pixels; smaller pictures are not enlarged."""
_SMALL_SIDE = 256
_TINY_SIDE = 128
_AVERAGED = 0.75


@dataclass(frozen=True)
class Measures:
    """The quality measures of one picture; every value is finite.

    Attributes:
        blur: how little it changes when blurred again, in ``[0, 1]``.
        brightness: mean brightness, in ``[0, 1]``.
        contrast: standard deviation of the brightness, in ``[0, 0.5]``.
        lights: brightness that 99 % of the pixels do not exceed: low in a picture that is dark everywhere.
        overexposure: mean brightness, ignoring a light page around a product, in ``[0, 1]``.
        chroma: difference of red, green and blue that 99 % of the pixels do not exceed, in ``[0, 1]``.
        colourfulness: mean of that difference, in ``[0, 1]``.
        detail: compressed size in bits per pixel at a longest side of 128.
        structure: share of the area that is not plain, in ``[0, 1]``.
        frame: share of the area covered by bars or a border, in ``[0, 1)``.
        damage: 1 if the file's data is corrupt; else how visible the damage is in the pixels, in ``[0, 1]``.
    """

    blur: float
    brightness: float
    contrast: float
    lights: float
    overexposure: float
    chroma: float
    colourfulness: float
    detail: float
    structure: float
    frame: float
    damage: float


def measure(data: bytes) -> Measures:
    """Measure a picture file.

    Raises:
        ImageError: it cannot be read as a picture.
    """
    loaded = load_image(data, min_side=SIDE // 2)
    decoded = np.asarray(loaded.image, np.uint8)
    rgb = _at_most(decoded, SIDE)
    cv = opencv()
    small = _at_most(rgb, _SMALL_SIDE)
    tiny = _at_most(small, _TINY_SIDE)
    grey, small_grey, tiny_grey = (cv.cvtColor(one, cv.COLOR_RGB2GRAY) for one in (rgb, small, tiny))
    chroma = tones.chroma(small)
    mean, deviation = (float(value.item()) / 255 for value in cv.meanStdDev(grey))
    return Measures(
        blur=blur(grey),
        brightness=mean,
        contrast=deviation,
        lights=tones.level(grey, 0.99),
        overexposure=tones.overexposure(small, small_grey),
        chroma=tones.level(chroma, 0.99),
        colourfulness=float(chroma.mean()) / 255,
        detail=detail.bits_per_pixel(tiny_grey),
        structure=detail.structured_share(tiny),
        frame=frame_share(small_grey),
        damage=1.0
        if damage.jpeg_damage(data)
        else damage.visible_damage(decoded, len(decoded) / loaded.height),
    )


def _at_most(rgb: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Average a picture ``(H, W, 3)`` down to a longest side of `side` pixels; smaller ones stay
    unchanged.
    """
    height, width = rgb.shape[:2]
    if max(height, width) <= side:
        return rgb
    scale = side / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    # A small reduction needs no averaging, which takes five times as long.
    how = opencv().INTER_LINEAR if scale > _AVERAGED else opencv().INTER_AREA
    return np.asarray(opencv().resize(rgb, size, interpolation=how), np.uint8)
