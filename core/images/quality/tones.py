"""Light and colour of a picture: how dark its lights, how bright the whole, and whether it has colours."""

import numpy as np
from numpy.typing import NDArray

from ..opencv import opencv

_WHITE = 0.96
_CLIPPED = 250
"""Level from which a channel holds nothing more."""
_BLOWN = 0.2
"""Share of clipped pixels from which a picture is blown out, unless that is a white page."""
_LEAST = 0.02
"""A picture that is white but for less than this share is bright all over."""
_ROOM = 0.2
"""How much darker than the whole picture the rest of it may be."""


def level(grey: NDArray[np.uint8], quantile: float) -> float:
    """The brightness that a share `quantile` of the pixels does not exceed, in ``[0, 1]``."""
    counts = opencv().calcHist([grey], [0], None, [256], [0, 256]).ravel()
    return int(np.searchsorted(np.cumsum(counts), quantile * grey.size)) / 255


def overexposure(rgb: NDArray[np.uint8], grey: NDArray[np.uint8]) -> float:
    """Mean brightness of a picture ``(H, W, 3)``, in ``[0, 1]``, unless only its background is bright.

    A product on a light page is bright by the page alone. If the page is white, what is not white counts;
    else the darkest twentieth of the pixels does, which in a picture without its darks is bright as well.
    `grey` is the brightness of the same picture, ``(H, W)``.
    """
    mean = float(grey.mean()) / 255
    if float((_most(rgb) >= _CLIPPED).mean()) < _BLOWN:
        return min(mean, level(grey, 0.05) + _ROOM)
    rest = grey[grey < _WHITE * 255]
    return mean if rest.size < _LEAST * grey.size else min(mean, float(rest.mean()) / 255 + _ROOM)


def chroma(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Difference between the largest and the smallest of red, green and blue, ``(H, W)``; 0 is gray."""
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    return np.asarray(_most(rgb) - np.minimum(np.minimum(red, green), blue), np.uint8)


def _most(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The largest of the three channels, ``(H, W)``; faster than a maximum along so short an axis."""
    return np.asarray(np.maximum(np.maximum(rgb[..., 0], rgb[..., 1]), rgb[..., 2]), np.uint8)
