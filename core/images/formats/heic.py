"""Reading HEIC through pi-heif's inner module.

pi-heif's own picture class reads every metadata entry of a file on opening, and its C code crashes the
process if an entry's name is not UTF-8. So pixels and colour profile are taken from the inner module, which
is safe, and the EXIF entry is found here by traversing the boxes.
"""

import struct
from collections.abc import Iterator
from importlib import import_module

from PIL import Image

from ...errors import ImageError

_THREADS = 1  # callers decode several pictures at once
_MAX_DEPTH_BOXES = 4096  # boxes examined per level; real files have a few dozen


class HeicPicture:
    """The main picture of a HEIC file: its header is read at once, its pixels on `load`.

    The decoder applies the rotation and mirroring stored in the file. The orientation in its EXIF
    block repeats them and must not be applied again.

    Raises:
        ImageError: the package pi-heif is not installed.
        Exception: whatever the decoder raises for a file that it cannot read (ValueError, EOFError …).
    """

    def __init__(self, data: bytes) -> None:
        # Loaded for the first HEIC: the library is large, and most collections contain none.
        try:
            decoder = import_module("_pi_heif")
        except ImportError as error:
            raise ImageError("HEIC pictures need the package pi-heif, which is not installed.") from error
        # In order: threads; 8 bits; RGB, not BGR; rows without padding; no 16 bits; any decoder; limits on.
        images = decoder.load_file(data, _THREADS, True, False, True, False, "", False)
        present = [image for image in images if image is not None]
        self._image = next((image for image in present if image.primary), present[0])
        self.size: tuple[int, int] = tuple(self._image.size_mode[0])
        self._mode: str = self._image.size_mode[1]

    def load(self) -> Image.Image:
        """Decode; the result has the colour profile, if any, in `info`."""
        pixels = self._image.data
        size, mode = self._image.size_mode  # known for certain only now
        image = Image.frombytes(mode, tuple(size), pixels, "raw", mode, self._image.stride)
        profile = self._image.color_profile
        if profile and profile.get("type") in ("rICC", "prof"):
            image.info["icc_profile"] = bytes(profile["data"])
        return image


def heic_exif(data: bytes) -> bytes | None:
    """Find the EXIF block of a HEIC file; None if there is none.

    Never raises: the boxes of a damaged file are followed as far as they make sense.
    """
    try:
        for kind, start, end in _boxes(data, 0, len(data)):
            if kind == b"meta":
                return _exif_of_meta(data, start + 4, end)
    except (struct.error, IndexError):
        pass
    return None


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Iterate over the boxes between two offsets: kind, start and end of the content."""
    for _ in range(_MAX_DEPTH_BOXES):
        if start + 8 > end:
            return
        size, kind = struct.unpack_from(">L4s", data, start)
        header = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, start + 8)
            header = 16
        elif size == 0:  # lasts to the end
            size = end - start
        if size < header or start + size > end:
            return
        yield kind, start + header, start + size
        start += size


def _exif_of_meta(data: bytes, start: int, end: int) -> bytes | None:
    contents = {kind: (first, last) for kind, first, last in _boxes(data, start, end)}
    if b"iinf" not in contents or b"iloc" not in contents:
        return None
    item = _exif_item(data, *contents[b"iinf"])
    place = None if item is None else _item_place(data, contents[b"iloc"][0], item)
    if place is None:
        return None
    offset, length = place
    entry = data[offset : offset + length]
    # The entry starts with the distance from its fourth byte to the TIFF header.
    (skip,) = struct.unpack_from(">L", entry)
    return entry[4 + skip :]


def _exif_item(data: bytes, start: int, end: int) -> int | None:
    """Find the number of the item that holds EXIF, from the item information box."""
    header = 6 if data[start] == 0 else 8  # version and flags, then the count in two bytes or four
    for kind, first, _ in _boxes(data, start + header, end):
        version = data[first]
        if kind != b"infe" or version not in (2, 3):
            continue
        number, item_type = struct.unpack_from(">H2x4s" if version == 2 else ">L2x4s", data, first + 4)
        if item_type == b"Exif":
            return int(number)
    return None


def _item_place(data: bytes, start: int, wanted: int) -> tuple[int, int] | None:
    """Find the offset and length of an item's first extent, from the item location box."""
    version = data[start]
    if version > 2:
        return None
    widths = data[start + 4] >> 4, data[start + 4] & 15, data[start + 5] >> 4, data[start + 5] & 15
    offset_width, length_width, base_width, index_width = widths
    number_width = 4 if version == 2 else 2
    position = start + 6

    def number(width: int) -> int:
        nonlocal position
        if position + width > len(data):
            raise IndexError("past the end")
        position += width
        return int.from_bytes(data[position - width : position], "big")

    for _ in range(number(number_width)):
        item = number(number_width)
        method = number(2) & 15 if version > 0 else 0
        number(2)  # which file the item is in; 0 is this one
        base = number(base_width)
        extents = []
        for _ in range(number(2)):
            if version > 0:
                number(index_width)
            extents.append((base + number(offset_width), number(length_width)))
        if item == wanted:
            return extents[0] if extents and method == 0 else None
    return None
