"""The facts read from a picture's EXIF block: orientation, capture time and position.

Only these tags are read. Everything else in the block (there are thousands of tags, and hostile blocks repeat
them) is skipped, which keeps this cheap enough for every picture.
"""

import math
import re
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta

_ORIENTATION = 0x0112
_EXIF_DIRECTORY = 0x8769
_GPS_DIRECTORY = 0x8825
_DATE_TIME_ORIGINAL = 0x9003
_DATE_TIME_DIGITIZED = 0x9004

_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE = 1, 2, 3, 4  # in the GPS directory

_ASCII, _SHORT, _LONG, _RATIONAL = 2, 3, 4, 5
_ENTRY = 12  # bytes of one directory entry: tag, type, count, value
_MAX_ENTRIES = 1024  # cameras write about a hundred
_MAX_TEXT = 64  # a date has 19 characters
_INLINE = 4  # bytes of a value that fits into its entry
_ANGLE = 3  # degrees, minutes, seconds

_Value = int | str | tuple[float, ...]

# Some programs write a space for a leading zero, leave out the seconds or the whole time, or leave it blank.
_DATE = re.compile(
    r"(\d{4})[:/.-] ?(\d{1,2})[:/.-] ?(\d{1,2})(?!\d)"
    r"(?:[ T]\s*(\d{1,2}): ?(\d{1,2})(?:: ?(\d{1,2}))?(?!\d))?"
)
_FIRST_YEAR = 1900  # scanned photographs carry the year of the photograph


@dataclass(frozen=True)
class ExifFacts:
    """What was found in an EXIF block.

    Attributes:
        orientation: 1 (upright) to 8, as EXIF numbers them.
        taken_at: the time on the camera's own clock, naive on purpose: most cameras write no time zone, and
            users look for the local hour. A time zone in the block is ignored.
    """

    orientation: int = 1
    taken_at: datetime | None = None


@dataclass(frozen=True)
class Position:
    """The position of a picture: degrees north and east (WGS 84), in ``[-90, 90]`` and ``[-180, 180]``."""

    latitude: float
    longitude: float


def read_exif(block: bytes) -> ExifFacts:
    """Read an EXIF block, with or without its ``Exif\\0\\0`` prefix; a classic TIFF file is one too.

    Never raises: a broken or hostile block yields an upright orientation and no time.
    """
    try:
        return _read(block)
    except (struct.error, ValueError, IndexError):
        return ExifFacts()


def read_gps(block: bytes) -> Position | None:
    """Read the GPS position from an EXIF block, with or without its ``Exif\\0\\0`` prefix.

    None if it has none or an impossible one: a zero denominator, a value out of range, or latitude and
    longitude both 0, which devices write when they do not know their position. Never raises.
    """
    try:
        return _read_gps(block)
    except (struct.error, ValueError, IndexError):
        return None


def _read(block: bytes) -> ExifFacts:
    opened = _open(block)
    if opened is None:
        return ExifFacts()
    view, byte_order, first = opened
    main = _directory(view, byte_order, first, {_ORIENTATION, _EXIF_DIRECTORY})

    orientation = main.get(_ORIENTATION)
    if not isinstance(orientation, int) or not 1 <= orientation <= 8:
        orientation = 1

    camera: dict[int, _Value] = {}
    offset = main.get(_EXIF_DIRECTORY)
    if isinstance(offset, int):
        camera = _directory(view, byte_order, offset, {_DATE_TIME_ORIGINAL, _DATE_TIME_DIGITIZED})

    # ModifyDate, in the main directory, is when a program last wrote the file, so it is not used.
    dates = (camera.get(_DATE_TIME_ORIGINAL), camera.get(_DATE_TIME_DIGITIZED))
    parsed = (parse_date(date) for date in dates if isinstance(date, str))
    return ExifFacts(orientation, next((date for date in parsed if date is not None), None))


def _read_gps(block: bytes) -> Position | None:
    opened = _open(block)
    if opened is None:
        return None
    view, byte_order, first = opened
    offset = _directory(view, byte_order, first, {_GPS_DIRECTORY}).get(_GPS_DIRECTORY)
    if not isinstance(offset, int):
        return None
    wanted = {_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE}
    found = _directory(view, byte_order, offset, wanted)
    latitude = _degrees(found.get(_LATITUDE), found.get(_LATITUDE_REF), "NS", 90)
    longitude = _degrees(found.get(_LONGITUDE), found.get(_LONGITUDE_REF), "EW", 180)
    if latitude is None or longitude is None or latitude == longitude == 0:
        return None
    return Position(latitude, longitude)


def _degrees(angle: _Value | None, side: _Value | None, sides: str, most: float) -> float | None:
    """Convert to signed degrees; `sides` names the positive direction first."""
    if not isinstance(angle, tuple) or not isinstance(side, str) or len(angle) != _ANGLE:
        return None
    letter = side[:1].upper()
    value = angle[0] + angle[1] / 60 + angle[2] / 3600
    # A part with a zero denominator is NaN, and so is the sum; every comparison with it is false.
    if letter not in sides or not letter or not value <= most or not max(angle[1:]) <= 60:
        return None
    return value if letter == sides[0] else -value


def _open(block: bytes) -> tuple[memoryview, str, int] | None:
    """Return the block from its byte-order mark on, to which its offsets are relative, and its first
    directory.
    """
    start = 6 if block.startswith(b"Exif\0\0") else 0
    byte_order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[start : start + 4])
    if byte_order is None:
        return None
    view = memoryview(block)[start:]
    (first,) = struct.unpack_from(byte_order + "L", view, 4)
    return view, byte_order, first


def _directory(view: memoryview, byte_order: str, offset: int, wanted: set[int]) -> dict[int, _Value]:
    found: dict[int, _Value] = {}
    if offset + 2 > len(view):
        return found
    (count,) = struct.unpack_from(byte_order + "H", view, offset)
    for index in range(min(count, _MAX_ENTRIES)):
        position = offset + 2 + index * _ENTRY
        if position + _ENTRY > len(view):
            break
        tag, kind, length = struct.unpack_from(byte_order + "HHL", view, position)
        if tag not in wanted or tag in found:
            continue
        inside = position + 8
        if kind == _SHORT:
            (found[tag],) = struct.unpack_from(byte_order + "H", view, inside)
        elif kind == _LONG:
            (found[tag],) = struct.unpack_from(byte_order + "L", view, inside)
        elif kind == _ASCII and 0 < length <= _MAX_TEXT:
            if length > _INLINE:
                (inside,) = struct.unpack_from(byte_order + "L", view, inside)
            found[tag] = bytes(view[inside : inside + length]).decode("latin-1")
        elif kind == _RATIONAL and length == _ANGLE:
            (outside,) = struct.unpack_from(byte_order + "L", view, inside)
            if outside + 8 * _ANGLE <= len(view):
                found[tag] = _rationals(struct.unpack_from(f"{byte_order}{2 * _ANGLE}L", view, outside))
    return found


def _rationals(parts: tuple[int, ...]) -> tuple[float, ...]:
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return tuple(above / below if below else math.nan for above, below in pairs)


def parse_date(text: str) -> datetime | None:
    """Parse an EXIF date (``2019:06:30 18:45:00``); None if it is not plausible.

    Without seconds, or without a time, the missing parts are 0. Hour 24 and second 60 carry over into the
    next day and minute. Any real date from 1900 to the end of next year is plausible; ``0000:00:00 00:00:00``
    is what cameras write before their clock is set.
    """
    match = _DATE.match(text.strip("\0 "))
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    if hour > 24 or minute > 59 or second > 60:
        return None
    try:
        date = datetime(year, month, day) + timedelta(hours=hour, minutes=minute, seconds=second)
    except (ValueError, OverflowError):
        return None
    latest = datetime.now().year + 1
    return date if _FIRST_YEAR <= date.year <= latest else None
