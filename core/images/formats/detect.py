"""Detection of picture formats by content alone, and the parser of each.

Only the parsers named here ever run: Pillow's many others (EPS, PSD, FITS …) are never reached,
whatever a file calls itself.
"""

import io
import struct

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
from PIL.ImageFile import ImageFile

from .deep_samples import DeepTiff
from .heic import HeicPicture
from .libtiff import silence_libtiff
from .png import without_texts
from .raw import RawPicture, is_raw

FORMATS = ("AVIF", "BMP", "GIF", "HEIC", "JPEG", "PNG", "RAW", "TIFF", "WEBP")
"""The names that `identify` returns."""

_PARSERS: dict[str, type[ImageFile]] = {
    "AVIF": AvifImagePlugin.AvifImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "JPEG": JpegImagePlugin.JpegImageFile,  # a multi-picture JPEG gives its first picture
    "PNG": PngImagePlugin.PngImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
    "WEBP": WebPImagePlugin.WebPImageFile,
}

_SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),  # BigTIFF
    (b"MM\0+", "TIFF"),
)

_ENDINGS = {"JPEG": b"\xff\xd9", "PNG": b"IEND", "GIF": b"\x3b"}

_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
_GENERAL_BRANDS = {b"mif1", b"msf1"}

# Other files found under the names of pictures. Longer signatures come before shorter ones.
_OTHERS = (
    (b"%PDF", "a PDF"),
    (b"8BPS", "a Photoshop document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%!PS", "a PostScript file"),
    (b"\x00\x00\x01\x00", "a Windows icon"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\x1aE\xdf\xa3", "a Matroska or WebM video"),
    (b"RIFF", "a sound or video file"),
    (b"OggS", "a sound file"),
    (b"ID3", "a sound file"),
    (b"fLaC", "a sound file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3", "a database"),
    (b"\xff\xfe", "text"),
    (b"\xfe\xff", "text"),
)


def identify(data: bytes) -> str | None:
    """Identify the format of a picture, one of `FORMATS`, by its first bytes; None for anything else."""
    if is_raw(data):  # many of them look like TIFF
        return "RAW"
    for start, name in _SIGNATURES:
        if data.startswith(start):
            return name
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    # Four reserved bytes follow the size; text that happens to start with "BM" has none that are zero.
    if data.startswith(b"BM") and data[6:10] == b"\0\0\0\0":
        return "BMP"
    return _identify_box_file(data) if data[4:8] == b"ftyp" else None


def _identify_box_file(data: bytes) -> str | None:
    major = data[8:12]
    if major in _AVIF_BRANDS:
        return "AVIF"
    if major in _HEIC_BRANDS:
        return "HEIC"
    if major in _GENERAL_BRANDS:  # says only "a still picture"; the compatible brands say which codec
        end = min(int.from_bytes(data[:4], "big"), 256)
        brands = {data[start : start + 4] for start in range(16, end, 4)}
        return "AVIF" if brands & _AVIF_BRANDS else "HEIC"
    return None


def describe_other(data: bytes) -> str:
    """Describe, in one sentence, what bytes that are not in one of `FORMATS` look like instead."""
    if not any(data):
        return "Not a picture: the file holds nothing but zeros."
    what = _recognise(data)
    if what is None:
        return "Not a picture that can be read here (PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF and HEIC can)."
    return f"Not a picture that can be read here (it starts like {what})."


def _recognise(data: bytes) -> str | None:
    if data[4:8] == b"ftyp":
        return "a video"
    what = next((what for start, what in _OTHERS if data.startswith(start)), None)
    return what or _recognise_text(data[:512])


def _recognise_text(head: bytes) -> str | None:
    lowered = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in lowered:
        return "an SVG drawing"
    if lowered.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "a web page"
    return "text" if all(byte >= 0x20 or byte in b"\t\n\r\f" for byte in head) else None


Opened = ImageFile | HeicPicture | RawPicture | DeepTiff
"""A picture whose header has been read."""


def open_picture(data: bytes, format_name: str) -> Opened:
    """Read the header of a picture; pixels are decoded on `load`.

    May raise any exception of the parser; `core.images.decoding.decode` converts it.

    Raises:
        ImageError: HEIC on a machine without its decoder, or a PNG in too many pieces.
    """
    if format_name == "HEIC":
        return HeicPicture(data)
    if format_name == "RAW":
        return RawPicture(data)
    if format_name == "TIFF":
        silence_libtiff()
        try:
            return _PARSERS[format_name](io.BytesIO(data))
        except SyntaxError:  # Pillow's error for an unsupported pixel mode or compression
            return DeepTiff(data)
    return _PARSERS[format_name](io.BytesIO(without_texts(data) if format_name == "PNG" else data))


def declared_size(data: bytes, format_name: str) -> tuple[int, int] | None:
    """Read width and height from the header, for formats whose parsers allocate pixels on opening."""
    if format_name == "GIF" and len(data) >= 10:
        width, height = struct.unpack_from("<HH", data, 6)
        return width, height
    if format_name == "WEBP" and len(data) >= 30:
        if data[12:16] == b"VP8X":
            return _int24(data, 24) + 1, _int24(data, 27) + 1
        if data[12:16] == b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        if data[12:16] == b"VP8 ":
            width, height = struct.unpack_from("<HH", data, 26)
            return width & 0x3FFF, height & 0x3FFF
    return None


def _int24(data: bytes, offset: int) -> int:
    return int.from_bytes(data[offset : offset + 3], "little")


def ends_early(data: bytes, format_name: str) -> bool:
    """Whether a picture that failed to decode was truncated, rather than damaged in the middle."""
    if format_name in _ENDINGS:
        return _ENDINGS[format_name] not in data[-64:]  # some cameras and editors pad the end
    if format_name == "WEBP":
        return int.from_bytes(data[4:8], "little") + 8 > len(data)
    if format_name == "BMP":
        return int.from_bytes(data[2:6], "little") > len(data)
    return format_name in ("AVIF", "HEIC") and _boxes_end_early(data)


def _boxes_end_early(data: bytes) -> bool:
    position = 0
    while position < len(data):
        size = int.from_bytes(data[position : position + 4], "big")
        if size == 1:
            size = int.from_bytes(data[position + 8 : position + 16], "big")
        if size == 0:  # this box lasts to the end of the file
            return False
        if size < 8:
            return len(data) - position < 8
        position += size
    return position > len(data)
