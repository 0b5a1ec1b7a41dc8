"""A hash of a picture's pixels, independent of its metadata: equal hashes mean equal pixels.

A keyword, a caption or a date written into a file changes its bytes and not its pixels. The hash covers
everything that the upright picture depends on: the pixels in full size, their mode and size, palette and
transparency, the orientation, and the color profile where it has an effect.

A JPEG is hashed in its coded form: tables and scans, without metadata segments. Programs that
write metadata copy those parts as they are, equal ones decode to equal pixels, and a photo that is decoded
small need not be decoded in full. Two JPEGs that are coded differently never have equal hashes, though their
pixels may be equal (a lossless optimization, a PNG made from a JPEG); this takes a comparison of the decoded
pixels of the pair. The other formats are decoded in full anyway, so their decoded pixels are hashed, and a
losslessly recompressed file keeps its hash.
"""

import hashlib
import re
from typing import TYPE_CHECKING

from PIL import Image
from PIL.ImageFile import ImageFile

from .decoding.color import effective_profile
from .formats.detect import open_picture

if TYPE_CHECKING:
    from collections.abc import Iterator

_STRIP = 1 << 22
"""Bytes of pixels copied at a time: a copy of the whole picture would double its memory."""

MAX_FRAME_PIXELS = 20_000_000
"""Maximum number of pixels over all frames or pages that are decoded; larger files are hashed by their
bytes.
"""

_MOST_TURNED_BACK = 24_000_000
"""Maximum number of pixels of a picture that is rotated back in memory, as no more memory is reserved."""

# Markers in coded data; a stuffed zero, a restart marker and a fill byte belong to the data.
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_START_OF_SCAN, _END, _COMMENT, _ADOBE = 0xDA, 0xD9, 0xFE, 0xEE
_APPLICATION = range(0xE0, 0xF0)
_BACK = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""From the upright picture back to the stored one."""


def pixel_hashes(
    data: bytes, format_name: str, picture: Image.Image, orientation: int, *, turned: bool
) -> tuple[str, str | None]:
    """Compute the pixel hash of `data`, with and without the orientation noted in the file.

    Rotating a photo in a viewer often changes only that note, and then the second hash stays the same.

    Args:
        data: the bytes of the file.
        format_name: one of `core.images.formats.detect.FORMATS`.
        picture: the file as its parser decoded it (a JPEG may be decoded smaller), before any conversion.
        orientation: the EXIF orientation, 1 to 8.
        turned: whether the parser has already applied it.

    Returns:
        the `pixel_hash`, and the hash without the orientation; None if they are equal or it is unknown.
    """
    shown = pixel_hash(data, format_name, picture, 1 if turned else orientation)
    if orientation not in _BACK:
        return shown, None
    if not turned:
        return shown, pixel_hash(data, format_name, picture, 1)
    if getattr(picture, "n_frames", 1) > 1 or picture.width * picture.height > _MOST_TURNED_BACK:
        return shown, None
    stored = picture.transpose(_BACK[orientation])
    stored.info = picture.info
    return shown, pixel_hash(data, format_name, stored, 1)


def pixel_hash(data: bytes, format_name: str, picture: Image.Image, orientation: int) -> str:
    """Compute the pixel hash of `data`, as 64 hex digits.

    Args:
        data: the bytes of the file.
        format_name: one of `core.images.formats.detect.FORMATS`.
        picture: the file as its parser decoded it (a JPEG may be decoded smaller), before any conversion.
        orientation: the EXIF orientation still to be applied to `picture`, 1 to 8.

    A file of several frames or pages whose later ones are damaged, or too many to decode here, is hashed
    byte by byte: then only equal bytes are equal.
    """
    if format_name == "JPEG":
        found = hashlib.sha256(b"jpeg")
        _add_look(found, picture, orientation)
        for part in _coded_parts(memoryview(data)):
            found.update(part)
        return found.hexdigest()
    if format_name == "RAW":  # developed in one size or another
        return hashlib.sha256(b"file" + data).hexdigest()
    found = hashlib.sha256(b"pixels")
    _add_look(found, picture, orientation)
    _add_pixels(found, picture)
    try:
        frames = getattr(picture, "n_frames", 1)
        if frames > 1:
            if frames * picture.width * picture.height > MAX_FRAME_PIXELS:
                raise ValueError("too many frames")
            _add_later_frames(found, data, format_name, frames)
    except Exception:
        return hashlib.sha256(b"file" + data).hexdigest()
    return found.hexdigest()


def _add_look(found: "hashlib._Hash", picture: Image.Image, orientation: int) -> None:
    """Add to the hash what the picture depends on besides its pixels."""
    upright = orientation if 2 <= orientation <= 8 else 1
    profile = effective_profile(picture)
    found.update(f"{picture.mode} {upright} {len(profile)} ".encode())
    found.update(profile)


def _add_pixels(found: "hashlib._Hash", picture: Image.Image) -> None:
    found.update(f"{picture.mode} {picture.width} {picture.height} ".encode())
    found.update(repr(picture.info.get("transparency")).encode())
    if picture.mode in ("P", "PA"):
        found.update(bytes(picture.getpalette() or ()))
    rows = max(1, _STRIP // (4 * picture.width))
    for top in range(0, picture.height, rows):
        strip = picture.crop((0, top, picture.width, min(top + rows, picture.height)))
        found.update(strip.tobytes())


def _add_later_frames(found: "hashlib._Hash", data: bytes, format_name: str, frames: int) -> None:
    again = open_picture(data, format_name)
    assert isinstance(again, ImageFile)  # noqa: S101 - HEIC is read as one picture
    for frame in range(1, frames):
        again.seek(frame)
        found.update(f"{again.info.get('duration')} ".encode())
        _add_pixels(found, again.copy())


def _coded_parts(data: memoryview) -> "Iterator[memoryview]":
    """Iterate over the parts of a JPEG from which its pixels are decoded, up to the end of its first
    picture.
    """
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            yield data[at:]  # not the structure of a JPEG: everything that follows counts
            return
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == _END:
            return
        end = at + 2
        if marker not in (0x01, *range(0xD0, 0xD9)):  # those have no length
            end += int.from_bytes(data[at + 2 : at + 4], "big")
        if not (marker == _COMMENT or (marker in _APPLICATION and marker != _ADOBE)):
            yield data[at:end]
        at = end
        if marker == _START_OF_SCAN:
            next_marker = _MARKER.search(data, at)
            stop = len(data) if next_marker is None else next_marker.start()
            yield data[at:stop]
            at = stop
