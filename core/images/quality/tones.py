"""Light and colour of a picture: how dark its lights, how bright the whole, and whether it has colours."""

import numpy as np
from numpy.typing import NDArray

_WHITE = 0.96
_LEAST = 0.02
"""A picture that is white but for less than this share is bright all over."""
_PAGE = 0.2
"""How much darker than the whole picture the rest beside a white page may be."""


def level(grey: NDArray[np.uint8], quantile: float) -> float:
    """The brightness that a share `quantile` of the pixels does not exceed, in ``[0, 1]``."""
    counts = np.bincount(grey.ravel(), minlength=256)
    return int(np.searchsorted(np.cumsum(counts), quantile * grey.size)) / 255


def overexposure(grey: NDArray[np.uint8]) -> float:
    """Mean brightness of a grey picture ``(H, W)``, in ``[0, 1]``, unless only its background is white.

    A product on a white page is bright by the page alone: what is not white is then of usual brightness, and
    counts. In an overexposed picture that is bright as well.
    """
    mean = float(grey.mean()) / 255
    rest = grey[grey < _WHITE * 255]
    if rest.size < _LEAST * grey.size:
        return mean
    return min(mean, float(rest.mean()) / 255 + _PAGE)


def chroma(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Difference between the largest and the smallest of red, green and blue, ``(H, W)``; 0 is gray."""
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    most = np.maximum(np.maximum(red, green), blue)
    return np.asarray(most - np.minimum(np.minimum(red, green), blue), np.uint8)
