"""Light and colour of a picture: highlights, exposure and colourfulness."""

import numpy as np
from numpy.typing import NDArray

from ..opencv import opencv

_WHITE = 0.96
_CLIPPED = 250
"""Level from which a channel counts as clipped."""
_BLOWN = 0.2
"""Share of clipped pixels from which a picture is blown out, unless that is a white page."""
_LEAST = 0.02
"""A picture of which less than this share is not white is bright everywhere."""
_ROOM = 0.2
"""Maximum difference in brightness between the whole picture and the rest of it."""


def level(grey: NDArray[np.uint8], quantile: float) -> float:
    """Compute a quantile of the brightness, in ``[0, 1]``."""
    counts = opencv().calcHist([grey], [0], None, [256], [0, 256]).ravel()
    return int(np.searchsorted(np.cumsum(counts), quantile * grey.size)) / 255


def overexposure(rgb: NDArray[np.uint8], grey: NDArray[np.uint8]) -> float:
    """Compute the mean brightness of a picture ``(H, W, 3)``, in ``[0, 1]``, ignoring a bright background.

    A product on a light page is bright only because of the page. If the page is white, the pixels that are
    not white count; else the darkest twentieth does, which is bright as well in an overexposed picture.
    `grey` is the brightness of the same picture, ``(H, W)``.
    """
    mean = float(grey.mean()) / 255
    if float((_most(rgb) >= _CLIPPED).mean()) < _BLOWN:
        return min(mean, level(grey, 0.05) + _ROOM)
    rest = grey[grey < _WHITE * 255]
    return mean if rest.size < _LEAST * grey.size else min(mean, float(rest.mean()) / 255 + _ROOM)


def chroma(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Compute the difference between the largest and the smallest of red, green and blue, ``(H, W)``; 0 is
    grey.
    """
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    return np.asarray(_most(rgb) - np.minimum(np.minimum(red, green), blue), np.uint8)


def _most(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Compute the largest of the three channels, ``(H, W)``; faster than `max` along so short an axis."""
    return np.asarray(np.maximum(np.maximum(rgb[..., 0], rgb[..., 1]), rgb[..., 2]), np.uint8)
