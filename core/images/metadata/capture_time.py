"""Capture time from the metadata that programs write beside or instead of EXIF: XMP and IPTC.

Only capture times are read, never modification times.
"""

import re
from datetime import datetime

from PIL.ImageFile import ImageFile
from PIL.IptcImagePlugin import getiptcinfo

from .exif import parse_date

_XMP_DATES = ("exif:DateTimeOriginal", "photoshop:DateCreated", "exif:DateTimeDigitized", "xmp:CreateDate")
"""In order of reliability. XMP writes a property as an attribute or as an element."""
_XMP_PATTERNS = tuple(
    re.compile(rb"\b" + name.encode() + rb"\s*(?:=\s*[\"']|>\s*)([^\"'<>]{4,40})") for name in _XMP_DATES
)
_IPTC_DATES = (((2, 55), (2, 60)), ((2, 62), (2, 63)))  # created, then digitized: date and time


def xmp_date(packet: bytes) -> datetime | None:
    """Read the capture time from an XMP packet; naive, any time zone is ignored. Never raises."""
    for pattern in _XMP_PATTERNS:
        match = pattern.search(packet)
        date = parse_date(match[1].decode("latin-1")) if match else None
        if date is not None:
            return date
    return None


def iptc_date(picture: ImageFile) -> datetime | None:
    """Read the capture time from the IPTC record of an opened JPEG or TIFF; naive. Never raises."""
    try:
        found = getiptcinfo(picture) or {}
    # Pillow's parser may raise almost anything on hostile bytes, and a missing date is not worth a message.
    except Exception:
        return None
    for date_key, time_key in _IPTC_DATES:
        day, clock = _iptc_text(found.get(date_key)), _iptc_text(found.get(time_key))
        parts = (day[:4], day[4:6], day[6:8])
        hour = ":".join((clock[:2], clock[2:4], clock[4:6])) if len(clock) >= 6 else ""
        date = parse_date(f"{':'.join(parts)} {hour}")
        if date is not None:
            return date
    return None


def _iptc_text(value: bytes | list[bytes] | None) -> str:
    first = value[0] if isinstance(value, list) and value else value
    return first.decode("latin-1") if isinstance(first, bytes) else ""
