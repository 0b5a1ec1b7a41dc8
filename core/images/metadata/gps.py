"""The GPS position in a picture file, read without decoding it."""

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
    """Read the position from a file's EXIF block; None if there is no plausible one.

    Raises:
        ImageError: the file cannot be read.
    """
    head = read_file(path, _HEAD)
    if identify(head) == "JPEG":
        return position_of(head)
    return position_of(head if len(head) < _HEAD else read_file(path))


def position_of(data: bytes) -> Position | None:
    """Read the position from a file's bytes; a JPEG may be truncated. Never raises."""
    try:
        block = _exif_block(data)
    except ImageError:
        return None
    # Parsers may raise almost anything on hostile bytes, and a missing position is not worth a message.
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
