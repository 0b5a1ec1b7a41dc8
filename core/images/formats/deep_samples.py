"""Pictures with wider samples than Pillow supports, read by OpenCV: 32-bit TIFF, and 12 bits in 16-bit
color.
"""

import io
import os

import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from ...errors import ImageError
from ..decoding.color import array_to_8_bits

_WIDTH, _HEIGHT, _BITS, _SAMPLE_FORMAT = 256, 257, 258, 339
_USUAL_BITS = {1, 2, 4, 8, 16}
_FLOAT = 3


class DeepTiff:
    """A TIFF in a pixel mode that Pillow does not support: its directory is read at once, its pixels on
    `load`.

    Raises:
        Exception: whatever Pillow's directory reader raises, or KeyError for a directory without a size.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        directory = ImageFileDirectory_v2(data[:8])
        file = io.BytesIO(data)
        file.seek(directory.next)
        directory.load(file)
        self.size: tuple[int, int] = (int(directory[_WIDTH]), int(directory[_HEIGHT]))
        self._bits: tuple[int, ...] = tuple(directory.get(_BITS, (1,)))
        self._is_float = _FLOAT in tuple(directory.get(_SAMPLE_FORMAT, (1,)))

    def load(self) -> Image.Image:
        """Decode to 8-bit RGB or grey.

        Raises:
            ImageError: OpenCV does not read this kind of TIFF either.
        """
        picture = decode_deep(self._data)
        if picture is not None:
            return picture
        if self._is_float or not set(self._bits) <= _USUAL_BITS:
            kind = "floating-point" if self._is_float else "whole"
            raise ImageError(
                f"A TIFF of this kind is not read here ({max(self._bits)}-bit {kind} samples); save it with "
                "8 or 16 bits."
            )
        raise ValueError("unknown pixel mode")


def decode_deep(data: bytes) -> Image.Image | None:
    """Decode with OpenCV, scaled as by `core.images.decoding.color.to_rgb`; None if it cannot read the
    file.
    """
    os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
    import cv2

    try:
        values = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    if values is None or values.ndim not in (2, 3):
        return None
    scaled = array_to_8_bits(values)
    if scaled.ndim == 2:
        return Image.fromarray(scaled)
    # BGR, possibly followed by an alpha channel
    return Image.fromarray(np.ascontiguousarray(scaled[..., 2::-1]))
