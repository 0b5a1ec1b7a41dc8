"""The chunks of a PNG: those with pixels, as a decoder should see them, and the texts with metadata.

Other programs write texts of any size into a PNG, and tools that edit them leave wrong checksums behind. None
of that affects a pixel, so it is no reason to reject the picture.
"""

import re
import struct
import zlib
from collections.abc import Iterator

from ...errors import ImageError

MAX_CHUNKS = 100_000
"""A PNG of more chunks is rejected: encoders write chunks of 8 kB and more, and every chunk takes time."""

_START = 8
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_MAX_TEXT = 4 * 1024 * 1024  # of one text that is unpacked, in bytes
_EXIF_KEYWORDS = (b"Raw profile type exif", b"Raw profile type APP1")
_XMP_KEYWORD = b"XML:com.adobe.xmp"
_RAW_PROFILE = re.compile(rb"\s*(?:exif|APP1|generic profile)\s+\d+\s+([0-9a-fA-F\s]+)", re.IGNORECASE)


def without_texts(data: bytes) -> bytes:
    """Remove the texts of a PNG, and damaged chunks that are not needed for decoding.

    Raises:
        ImageError: it has more than `MAX_CHUNKS` chunks.
    """
    kept: list[tuple[int, int]] = [(0, _START)]
    for count, (kind, start, end) in enumerate(_chunks(data)):
        if count == MAX_CHUNKS:
            raise ImageError(f"This PNG is cut into more than {MAX_CHUNKS:,} pieces, as no program does.")
        if kind in _TEXTS or (_is_ancillary(kind) and not _checksum_holds(data, start, end)):
            continue
        if kept[-1][1] == start - 8:
            kept[-1] = (kept[-1][0], end + 4)
        else:
            kept.append((start - 8, end + 4))
    if len(kept) == 1:
        return data if kept[0][1] >= len(data) else data[: kept[0][1]]
    view = memoryview(data)
    return b"".join(view[start:end] for start, end in kept)


def exif_of_png(data: bytes) -> bytes | None:
    """Return the EXIF block from the eXIf chunk, or else from the text used by older programs. Never
    raises.
    """
    texts: list[bytes] = []
    for _, (kind, start, end) in zip(range(MAX_CHUNKS), _chunks(data), strict=False):
        if kind == b"eXIf":
            return data[start:end]
        if kind in _TEXTS and data.startswith(_EXIF_KEYWORDS, start, end):
            texts.append(_text(kind, data[start:end]))
    return next((block for block in map(_raw_profile, texts) if block), None)


def xmp_of_png(data: bytes) -> bytes | None:
    """Return the XMP packet, or None. Never raises."""
    for _, (kind, start, end) in zip(range(MAX_CHUNKS), _chunks(data), strict=False):
        if kind in _TEXTS and data.startswith(_XMP_KEYWORD, start, end):
            return _text(kind, data[start:end])
    return None


def has_16_bits(data: bytes) -> bool:
    """Whether the header declares 16 bits per sample."""
    return data[24:25] == b"\x10"


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Iterate over the chunks: kind, start and end of the content; the last may extend beyond the end of the
    file.
    """
    at = _START
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">L4s", data, at)
        yield kind, at + 8, at + 8 + length
        if kind == b"IEND":
            return
        at += 12 + length


def _is_ancillary(kind: bytes) -> bool:
    return bool(kind[0] & 0x20)


def _checksum_holds(data: bytes, start: int, end: int) -> bool:
    view = memoryview(data)
    return view[end : end + 4] == struct.pack(">L", zlib.crc32(view[start - 4 : end]))


def _text(kind: bytes, content: bytes) -> bytes:
    """Return the text of a chunk as bytes; empty if it is damaged or too large for metadata."""
    _, _, rest = content.partition(b"\0")
    if kind == b"tEXt":
        return rest
    packed = kind == b"zTXt" or rest[:1] == b"\1"
    rest = rest[1:] if kind == b"zTXt" else rest[2:].split(b"\0", 2)[-1]
    if not packed:
        return rest
    try:
        return zlib.decompressobj().decompress(rest, _MAX_TEXT)
    except zlib.error:
        return b""


def _raw_profile(text: bytes) -> bytes | None:
    """Decode a block that ImageMagick wrote as hexadecimal lines after a name and a length."""
    match = _RAW_PROFILE.match(text)
    digits = b"".join(match[1].split()) if match else b""
    return bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii")) or None
