"""Cameras' raw files, through LibRaw: the preview that the camera embedded, or the developed sensor data.

LibRaw is a large parser of hostile bytes, so this runs only in a process that can be killed
(`core.images.decoding.process`).
"""

import io
from datetime import datetime
from importlib import import_module
from typing import Literal

from PIL import Image, JpegImagePlugin

from ...errors import ImageError
from ..metadata.exif import read_exif

_NOT_READ = "Not a picture that can be read here (it is a camera's raw file of an unknown kind, or damaged)."
_TURNS = {3: Image.Transpose.ROTATE_180, 5: Image.Transpose.ROTATE_90, 6: Image.Transpose.ROTATE_270}
"""LibRaw's `flip`: the rotation that makes the sensor's picture upright."""
_SIDEWAYS = (5, 6)
# a preview with at least this share of the sensor's pixels per side is used instead of the raw data
_NEARLY_WHOLE = 0.9
_SAME_SHAPE = 0.05
_BYTES_DEVELOPED, _BYTES_HALVED = 16, 6  # per pixel of the sensor


class RawPicture:
    """A raw file: its header is read at once, its pixels on `load`.

    Attributes:
        size: width and height of the upright picture at the sensor's full resolution.

    Raises:
        ImageError: LibRaw does not know the file, or is not installed.
    """

    def __init__(self, data: bytes) -> None:
        # Loaded for the first raw file: most collections contain none.
        try:
            self._rawpy = import_module("rawpy")
        except ImportError as error:
            raise ImageError("Raw files need the package rawpy, which is not installed.") from error
        try:
            self._raw = self._rawpy.imread(io.BytesIO(data))
        except self._rawpy.LibRawError as error:
            raise ImageError(_NOT_READ) from error
        sizes = self._raw.sizes
        self._flip = sizes.flip
        self.size: tuple[int, int] = (sizes.width, sizes.height)
        if self._flip in _SIDEWAYS:
            self.size = self.size[::-1]
        self._preview = self._open_preview()
        block = self._preview.info.get("exif") if self._preview else None
        self.taken_at: datetime | None = (
            read_exif(data).taken_at or read_exif(block if isinstance(block, bytes) else b"").taken_at
        )

    def memory(self, min_side: int | None) -> int:
        """Bytes that `load` takes."""
        pixels = self.size[0] * self.size[1]
        return pixels * (_BYTES_HALVED if self._can_halve(min_side) else _BYTES_DEVELOPED)

    def load(self, min_side: int | None) -> Image.Image:
        """Decode to upright RGB, with a shortest side of at least `min_side` if the sensor has that many
        pixels.

        Raises:
            ImageError: the pixels are damaged, or in an encoding that LibRaw does not know.
        """
        if self._preview is not None and self._is_large_enough(self._preview, min_side):
            preview = self._preview.convert("RGB")
            lies_as_the_sensor = (preview.width >= preview.height) != (self.size[0] >= self.size[1])
            if self._flip in _TURNS and (lies_as_the_sensor or self._flip not in _SIDEWAYS):
                preview = preview.transpose(_TURNS[self._flip])
            return preview
        try:
            pixels = self._raw.postprocess(
                use_camera_wb=True,
                half_size=self._can_halve(min_side),
                demosaic_algorithm=self._rawpy.DemosaicAlgorithm.PPG,  # the fastest of the good ones
            )
        except self._rawpy.LibRawError as error:
            raise ImageError(_NOT_READ) from error
        return Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).convert("RGB")

    def _can_halve(self, min_side: int | None) -> bool:
        return min_side is not None and min(self.size) // 2 >= min_side

    def _open_preview(self) -> Image.Image | None:
        try:
            found = self._raw.extract_thumb()
            if found.format != self._rawpy.ThumbFormat.JPEG:
                return None
            preview = JpegImagePlugin.JpegImageFile(io.BytesIO(found.data))
            return preview if max(preview.size) <= 2 * max(self.size) else None
        # Neither a missing nor a damaged preview matters: the sensor's data are there.
        except Exception:
            return None

    def _is_large_enough(self, preview: Image.Image, min_side: int | None) -> bool:
        whole = _NEARLY_WHOLE * min(self.size)
        wanted = whole if min_side is None else min(min_side, whole)
        shape, full = max(preview.size) / min(preview.size), max(self.size) / min(self.size)
        return min(preview.size) >= wanted and abs(shape / full - 1) <= _SAME_SHAPE


def is_raw(data: bytes) -> bool:
    """Whether bytes start like a raw file; those that look like TIFF are recognised by their first
    directory.
    """
    if data.startswith(_STARTS) or data[4:12] == b"ftypcrx ":
        return True
    byte_order: Literal["little", "big"] = "little" if data[:2] == b"II" else "big"
    if data[:4] not in (b"II*\0", b"MM\0*"):
        return False
    if data[8:10] == b"CR":  # Canon
        return True
    at = int.from_bytes(data[4:8], byte_order)
    tags: dict[int, int] = {}
    count = min(int.from_bytes(data[at : at + 2], byte_order), _MAX_ENTRIES)
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        tag = int.from_bytes(data[entry : entry + 2], byte_order)
        tags[tag] = int.from_bytes(data[entry + 8 : entry + 12], byte_order)
    # Nikon's, Sony's and Pentax's begin with a tiny preview of what the directories below it hold.
    return _DNG_VERSION in tags or (tags.get(_NEW_SUBFILE_TYPE, 0) & 1 == 1 and _SUB_DIRECTORIES in tags)


_STARTS = (b"FUJIFILMCCD-RAW", b"IIRO", b"IIRS", b"MMOR", b"IIU\0", b"\0MRM", b"FOVb")
_NEW_SUBFILE_TYPE, _SUB_DIRECTORIES, _DNG_VERSION = 254, 330, 50706
_MAX_ENTRIES = 512
