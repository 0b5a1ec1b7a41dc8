"""Where a picture file says that it was taken, without decoding it."""

from pathlib import Path

from ...errors import ImageError
from ..files import read_file
from ..formats.detect import identify, open_picture
from ..formats.heic import heic_exif
from ..formats.png import exif_of_png
from .exif import Position, read_gps

_HEAD = 256 * 1024
"""Bytes of a JPEG that are read: its EXIF block has at most 64 kB and comes before anything large."""


def read_position(path: Path) -> Position | None:
    """The position in a file's EXIF block; None where there is none that can be believed.

    Raises:
        ImageError: the file cannot be read.
    """
    head = read_file(path, _HEAD)
    if identify(head) == "JPEG":
        return position_of(head)
    return position_of(head if len(head) < _HEAD else read_file(path))


def position_of(data: bytes) -> Position | None:
    """The same of a file's bytes, of which a JPEG may lack the end. Never raises."""
    try:
        block = _exif_block(data)
    except ImageError:
        return None
    # Parsers of hostile bytes raise nearly anything, and a position is not worth a sentence.
    except Exception:
        return None
    return None if block is None else read_gps(block)


def _exif_block(data: bytes) -> bytes | None:
    kind = identify(data)
    if kind in ("TIFF", "RAW"):
        return data
    if kind in ("HEIC", "AVIF"):  # both are boxes
        return heic_exif(data)
    if kind == "PNG":
        return exif_of_png(data)
    if kind in ("JPEG", "WEBP"):
        block = open_picture(data, kind).info.get("exif")  # type: ignore[union-attr]
        return block if isinstance(block, bytes) else None
    return None
