"""The amount of detail in a picture: its compressed size, and the share that is not plain."""

import numpy as np
from numpy.typing import NDArray

from ..opencv import opencv

_QUALITY = 75
_TILES = 16
_STRUCTURE = 18
"""Range of levels, in any channel, above which a tile is not plain: noise is averaged out before."""


def bits_per_pixel(grey: NDArray[np.uint8]) -> float:
    """Compute the size of a grey picture ``(H, W)`` as a JPEG of quality 75, in bits per pixel: its
    complexity.

    Yu and Winkler, "Image complexity and spatial information", QoMEX 2013, compare such measures.
    """
    cv = opencv()
    _, packed = cv.imencode(".jpg", grey, [cv.IMWRITE_JPEG_QUALITY, _QUALITY])
    return 8 * len(packed) / grey.size


def structured_share(rgb: NDArray[np.uint8]) -> float:
    """Compute the share of 16 × 16 tiles of a picture ``(H, W, 3)`` that are not plain, in ``[0, 1]``.

    In a picture with fewer pixels per side, each pixel is a tile. Up to 15 rows and columns at the end are
    ignored.
    """
    cv = opencv()
    smooth = cv.blur(rgb, (3, 3))
    down, across = min(_TILES, smooth.shape[0]), min(_TILES, smooth.shape[1])
    height, width = smooth.shape[0] // down, smooth.shape[1] // across
    tile = np.ones((height, width), np.uint8)
    # The window around its middle is the tile.
    spread = cv.subtract(cv.dilate(smooth, tile), cv.erode(smooth, tile))
    ranges = spread[height // 2 :: height, width // 2 :: width][:down, :across]
    return float((ranges.max(axis=2) > _STRUCTURE).mean())
