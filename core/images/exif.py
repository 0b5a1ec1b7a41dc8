"""The two facts that a picture's EXIF block is read for: which way is up, and when it was taken.

Only these tags are looked at. Everything else in the block (there are thousands of tags, and hostile
blocks that repeat them) is passed over, which also keeps this cheap enough to do for every picture.
"""

import re
import struct
from dataclasses import dataclass
from datetime import datetime

_ORIENTATION = 0x0112
_DATE_TIME = 0x0132
_EXIF_DIRECTORY = 0x8769
_DATE_TIME_ORIGINAL = 0x9003
_DATE_TIME_DIGITIZED = 0x9004

_ASCII, _SHORT, _LONG = 2, 3, 4
_ENTRY = 12  # bytes of one directory entry: tag, type, count, value
_MAX_ENTRIES = 1024  # cameras write about a hundred
_MAX_TEXT = 64  # a date has 19 characters

_DATE = re.compile(r"(\d{4})[:/.-](\d\d)[:/.-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_FIRST_YEAR = 1900  # scanned photographs carry the year of the photograph


@dataclass(frozen=True)
class ExifFacts:
    """What was found in an EXIF block.

    Attributes:
        orientation: 1 (upright) to 8, as EXIF numbers them.
        taken_at: the time on the camera's own clock, naive on purpose: most cameras write no time
            zone, and people look for the hour they remember. A time zone in the block is ignored.
    """

    orientation: int = 1
    taken_at: datetime | None = None


def read_exif(block: bytes) -> ExifFacts:
    """Read an EXIF block, with or without its ``Exif\\0\\0`` prefix; a classic TIFF file is one too.

    Never raises: a broken or hostile block gives an upright picture with no time.
    """
    try:
        return _read(block)
    except (struct.error, ValueError, IndexError):
        return ExifFacts()


def _read(block: bytes) -> ExifFacts:
    start = 6 if block.startswith(b"Exif\0\0") else 0
    byte_order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[start : start + 4])
    if byte_order is None:
        return ExifFacts()
    # Offsets inside the block count from the byte-order mark, hence the view that starts there.
    view = memoryview(block)[start:]
    (first,) = struct.unpack_from(byte_order + "L", view, 4)
    main = _directory(view, byte_order, first, {_ORIENTATION, _DATE_TIME, _EXIF_DIRECTORY})

    orientation = main.get(_ORIENTATION)
    if not isinstance(orientation, int) or not 1 <= orientation <= 8:
        orientation = 1

    camera: dict[int, int | str] = {}
    offset = main.get(_EXIF_DIRECTORY)
    if isinstance(offset, int):
        camera = _directory(view, byte_order, offset, {_DATE_TIME_ORIGINAL, _DATE_TIME_DIGITIZED})

    dates = (camera.get(_DATE_TIME_ORIGINAL), camera.get(_DATE_TIME_DIGITIZED), main.get(_DATE_TIME))
    parsed = (parse_date(date) for date in dates if isinstance(date, str))
    return ExifFacts(orientation, next((date for date in parsed if date is not None), None))


def _directory(view: memoryview, byte_order: str, offset: int, wanted: set[int]) -> dict[int, int | str]:
    found: dict[int, int | str] = {}
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
        if kind == _SHORT:
            (found[tag],) = struct.unpack_from(byte_order + "H", view, position + 8)
        elif kind == _LONG:
            (found[tag],) = struct.unpack_from(byte_order + "L", view, position + 8)
        elif kind == _ASCII and 4 < length <= _MAX_TEXT:
            (value,) = struct.unpack_from(byte_order + "L", view, position + 8)
            found[tag] = bytes(view[value : value + length]).decode("latin-1")
    return found


def parse_date(text: str) -> datetime | None:
    """A date as EXIF writes it (``2019:06:30 18:45:00``), or None where it is not a believable one.

    Believable is any real date from 1900 to the end of next year; ``0000:00:00 00:00:00`` is what
    cameras write before their clock is set.
    """
    match = _DATE.match(text.strip("\0 "))
    if match is None:
        return None
    try:
        date = datetime(*map(int, match.groups()))  # type: ignore[arg-type]
    except ValueError:
        return None
    latest = datetime.now().year + 1
    return date if _FIRST_YEAR <= date.year <= latest else None
