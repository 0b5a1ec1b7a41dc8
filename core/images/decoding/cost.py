"""The cost of decoding a picture, estimated from its header: peak memory, and whether it could take very
long.

A file whose parser could take long, use more memory than usual, or crash, is decoded in a separate process
that can be killed (`core.images.decoding.process`). Ordinary files must not pay for that: these checks take a
few microseconds.
"""

from dataclasses import dataclass

from PIL.ImageFile import ImageFile
from PIL.TiffImagePlugin import TiffImageFile

from ..formats.deep_samples import DeepTiff
from ..formats.detect import Opened
from ..formats.jpeg import JpegScans
from ..formats.raw import RawPicture

_USUAL_FILE = 24 * 2**20  # bytes
_USUAL_ANIMATION = 2 * 2**20  # bytes: frames and pages are read one by one
_USUAL_MEMORY = 192 * 2**20
USUAL_PIXELS = 24_000_000
_USUAL_SCAN_PIXELS = 200_000_000  # pixels × scans
_LOOSE_BYTES = 64 * 1024
_GIF_BLOCKS = 1024
_TIFF_COMPRESSIONS = {
    "raw", "tiff_ccitt", "group3", "group4", "tiff_lzw", "tiff_adobe_deflate", "tiff_deflate", "packbits",
}  # fmt: skip
_ROOM = 8 * 2**20  # for parsers, tables and bands of rows
_BYTES = {"1": 1, "L": 1, "P": 1, "LA": 4, "I;16": 2, "I;16B": 2, "I;16L": 2, "I;16N": 2}
# These parsers hold their own planes, a copy of all pixels as bytes, and the picture.
_BYTES_OF_CODECS = {"WEBP": 16, "AVIF": 14, "HEIC": 14}
_BYTES_OF_DEEP = 40  # three or four samples of 32 bits, three times
_BMP_COMPRESSION = slice(30, 34)


@dataclass(frozen=True)
class Cost:
    """The cost of decoding: peak `memory` in bytes; `apart` if it needs a separate process."""

    memory: int
    apart: bool


def needs_process(data: bytes, format_name: str, scans: JpegScans | None, *, frames: bool) -> bool:
    """Whether even the header should be read in a separate process; `frames`: all frames will be read."""
    if format_name in ("HEIC", "RAW") or len(data) > _USUAL_FILE:
        return True
    if format_name == "BMP":  # its run lengths are decoded by Python
        return data[_BMP_COMPRESSION] in (b"\1\0\0\0", b"\2\0\0\0") and len(data) > 2**16
    if format_name == "GIF":
        return (frames and len(data) > _USUAL_ANIMATION) or _gif_starts_late(data)
    if format_name == "TIFF":
        return frames and len(data) > _USUAL_ANIMATION
    return scans is not None and (scans.long or scans.loose > _LOOSE_BYTES)


def decoding_cost(picture: Opened, format_name: str, scans: JpegScans | None, min_side: int | None) -> Cost:
    """Estimate the cost of decoding an opened picture whose pixels are not decoded yet."""
    pixels = picture.size[0] * picture.size[1]
    mode = picture.mode if isinstance(picture, ImageFile) else "RGB"
    memory, apart = _ROOM, False
    if scans is not None:
        memory += _bytes_of_jpeg(picture.size, scans, _stored(mode), min_side)
        apart = not scans.single_pass and scans.count * pixels > _USUAL_SCAN_PIXELS
    elif isinstance(picture, RawPicture):
        memory, apart = memory + picture.memory(min_side), True
    elif isinstance(picture, DeepTiff):
        memory, apart = memory + pixels * _BYTES_OF_DEEP, True
    elif format_name in _BYTES_OF_CODECS:
        memory += pixels * _BYTES_OF_CODECS[format_name]
        apart = pixels > USUAL_PIXELS
    else:
        memory += pixels * _stored(mode)
    if isinstance(picture, TiffImageFile):
        memory += _bytes_of_tile(picture)
        apart = picture.info.get("compression", "raw") not in _TIFF_COMPRESSIONS
    if min_side is None:  # plus RGB, and a background and an alpha channel if there is transparency
        transparent = isinstance(picture, ImageFile) and picture.has_transparency_data
        memory += pixels * (13 if transparent else 4 if mode != "RGB" else 0)
    elif memory > _USUAL_MEMORY:
        apart = True
    return Cost(memory, apart)


def _bytes_of_jpeg(size: tuple[int, int], scans: JpegScans, stored: int, min_side: int | None) -> int:
    shrink = 1
    if min_side is not None:  # as Pillow's `draft` chooses it
        wanted = min(size[0] // min_side, size[1] // min_side)
        shrink = next((factor for factor in (8, 4, 2) if wanted >= factor), 1)
    pixels = size[0] * size[1]
    coefficients = 0 if scans.single_pass else int(pixels * 2 * scans.samples_per_pixel)
    return pixels * stored // shrink**2 + coefficients


def _bytes_of_tile(picture: TiffImageFile) -> int:
    """Compute the size of the buffer into which libtiff unpacks one tile or strip; a header may declare any
    size.
    """
    tags = picture.tag_v2
    bits = tags.get(258, (1,))
    depth = sum(bits) if isinstance(bits, tuple) else int(bits)
    width, height = tags.get(322), tags.get(323)  # TileWidth, TileLength
    if not isinstance(width, int) or not isinstance(height, int):
        rows = tags.get(278, picture.size[1])  # RowsPerStrip
        width, height = picture.size[0], min(rows if isinstance(rows, int) else 2**32, picture.size[1])
    return width * height * max(1, depth) // 8


def _stored(mode: str) -> int:
    return _BYTES.get(mode, 4)


def _gif_starts_late(data: bytes) -> bool:
    """Whether many blocks precede the first frame: Pillow reads them one by one."""
    at = 13 + (3 << ((data[10] & 7) + 1) if len(data) > 10 and data[10] & 0x80 else 0)
    for _ in range(_GIF_BLOCKS):
        if data[at : at + 1] != b"!":
            return False
        at += 2
        for _ in range(_GIF_BLOCKS):
            length = data[at] if at < len(data) else 0
            at += 1 + length
            if length == 0:
                break
        else:
            return True
    return True
