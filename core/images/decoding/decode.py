"""Safe decoding: from any bytes to an upright RGB picture or a plain error message.

Every picture of a collection and every query passes through `load_image`, so it is written for hostile files:
only listed parsers run, sizes are checked before any pixel is decoded, and every failure inside a parser is
raised as `core.errors.ImageError`. It is thread-safe.
"""

import hashlib
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from PIL import Image
from PIL.ImageFile import ImageFile

from ...errors import ImageError
from ...jobs import Cancelled
from ...workers import stop_signal
from ..files import MAX_FILE_BYTES, read_file, too_large_reason
from ..formats.deep_samples import DeepTiff, decode_deep
from ..formats.detect import (
    Opened,
    declared_size,
    describe_other,
    ends_early,
    identify,
    open_picture,
)
from ..formats.heic import HeicPicture, heic_exif
from ..formats.jpeg import END, MAX_SCANS, JpegScans, lacks_only_its_end, read_scans, with_end
from ..formats.png import exif_of_png, has_16_bits, xmp_of_png
from ..formats.raw import RawPicture
from ..metadata.capture_time import iptc_date, xmp_date
from ..metadata.exif import ExifFacts, read_exif
from ..pixel_hash import pixel_hashes
from .budget import DECODE_BYTES, DECODERS
from .color import to_rgb
from .cost import Cost, decoding_cost, needs_process
from .process import decode_apart
from .shrink import shrink

MAX_MEGAPIXELS = 200
"""A picture of more than this many million pixels is rejected before it is decoded."""

MAX_SIDE = 65_535
"""A picture with a side of more than this many pixels is rejected before it is decoded."""

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


_DARKEST = 15  # 12 of 16 bits, cut to 8


@dataclass(frozen=True)
class LoadedImage:
    """A decoded picture.

    Attributes:
        image: RGB, upright; reduced in size if `min_side` allowed it.
        width: of the full upright picture, in pixels.
        height: of the full upright picture, in pixels.
        format: one of `core.images.formats.detect.FORMATS`, found by content.
        taken_at: capture time by the camera's own clock (naive), or None.
        pixel_hash: hash of the full picture without its metadata, if requested (see
            `core.images.pixel_hash`); else empty.
        stored_hash: the pixel hash without the orientation noted in the file; None if it is the same or
            unknown.
    """

    image: Image.Image
    width: int
    height: int
    format: str
    taken_at: datetime | None
    pixel_hash: str = ""
    stored_hash: str | None = None


def load_image(data: bytes | Path, *, min_side: int | None = None, hashed: bool = False) -> LoadedImage:
    """Decode a PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF, HEIC or raw file; of several frames, the first.

    Args:
        data: the bytes of a file, or the path of one.
        min_side: decode at a reduced size if that is cheaper, with a shortest side of at least this many
            pixels (if the full picture has that many). None decodes the full picture.
        hashed: also compute the pixel hash, of the full picture whatever `min_side` is.

    Raises:
        Cancelled: the job that this call belongs to was cancelled (`core.workers`).
        ImageError: the file cannot be read, is not a picture in one of these formats, is damaged or
            truncated, has too many pixels, or takes too long. The message says which.
    """
    if min_side is not None and min_side < 1:
        raise ValueError(f"min_side is {min_side}; it must be at least 1")
    if isinstance(data, Path):
        data = read_file(data)
    if not data:
        raise ImageError("The file is empty.")
    if len(data) > MAX_FILE_BYTES:
        raise ImageError(too_large_reason(len(data)))
    format_name = identify(data)
    if format_name is None:
        raise ImageError(describe_other(data))
    stop = stop_signal()
    if stop():
        raise Cancelled
    with plain_errors(data, format_name):
        return _decode(data, format_name, min_side, hashed, stop)


def _decode(
    data: bytes, format_name: str, min_side: int | None, hashed: bool, stop: Callable[[], bool]
) -> LoadedImage:
    """Decode here, or in a separate process if the header shows that it could take long."""
    scans = _scans(data, format_name)
    if not needs_process(data, format_name, scans, frames=hashed):
        opened, cost = examine(data, format_name, scans, min_side)
        if not cost.apart:
            with DECODERS.reserve(cost.memory, stop):
                return decode_opened(opened, data, format_name, min_side, hashed)
        del opened
    request = {"what": "picture", "format": format_name, "min_side": min_side, "hashed": hashed}
    answer = decode_apart(data, request, stop)
    facts = answer.facts
    taken_at = datetime.fromisoformat(facts["taken_at"]) if facts["taken_at"] else None
    image = Image.frombytes("RGB", tuple(facts["size"]), answer.pixels)
    hashes = facts["pixel_hash"], facts["stored_hash"]
    return LoadedImage(image, facts["width"], facts["height"], format_name, taken_at, *hashes)


@contextmanager
def plain_errors(data: bytes, format_name: str) -> Iterator[None]:
    """Convert any exception of a parser into an `ImageError` that says what is wrong with the file."""
    _silence_parsers()
    try:
        yield
    except (ImageError, Cancelled):
        raise
    except Image.DecompressionBombError as error:
        raise ImageError(f"This {format_name} asks for more pixels than can be decoded safely.") from error
    except MemoryError as error:
        raise ImageError("Not enough memory to decode the picture.") from error
    # Parsers fed hostile bytes may raise almost anything: struct.error, SyntaxError, KeyError, EOFError …
    except Exception as error:
        raise ImageError(_failure(data, format_name, error)) from error


def _scans(data: bytes, format_name: str) -> JpegScans | None:
    if format_name != "JPEG":
        return None
    scans = read_scans(data, MAX_SCANS)
    if scans.count > MAX_SCANS:
        raise ImageError(f"This JPEG comes in more than {MAX_SCANS} scans, as only a hostile file does.")
    return scans


def examine(
    data: bytes, format_name: str, scans: JpegScans | None, min_side: int | None
) -> tuple[Opened, Cost]:
    """Read the header and return the picture, not decoded yet, and the cost of decoding it.

    Raises:
        ImageError: it declares more pixels, or needs more memory to decode, than allowed.
    """
    size = declared_size(data, format_name)
    if size is not None:
        _check_size(*size)
    opened = open_picture(data, format_name)
    _check_size(*opened.size)
    cost = decoding_cost(opened, format_name, scans, min_side)
    if cost.memory > DECODE_BYTES:
        raise ImageError(
            f"Decoding this {format_name} of {opened.size[0]} × {opened.size[1]} pixels takes more than the "
            f"{DECODE_BYTES // 2**20} MB of memory that a picture may take."
        )
    return opened, cost


def decode_opened(
    opened: Opened, data: bytes, format_name: str, min_side: int | None, hashed: bool
) -> LoadedImage:
    """Decode the pixels of a picture that `examine` opened; may raise any exception of its parser."""
    width, height = opened.size
    if isinstance(opened, HeicPicture):
        picture: Image.Image = opened.load()
        # The decoder has rotated the picture upright, so its EXIF block is read only for the time.
        facts = ExifFacts(taken_at=read_exif(heic_exif(data) or b"").taken_at)
        width, height = picture.size
    elif isinstance(opened, RawPicture):
        picture, facts = opened.load(min_side), ExifFacts(taken_at=opened.taken_at)
    elif isinstance(opened, DeepTiff):
        picture, facts = opened.load(), read_exif(data)
    else:
        picture = opened = _load(opened, data, format_name, min_side)
        facts = _exif_facts(opened, data, format_name)

    turned = format_name == "RAW" or isinstance(opened, HeicPicture)  # upright already
    turned = turned or (format_name == "TIFF" and not isinstance(opened, DeepTiff))
    hashes: tuple[str, str | None] = ("", None)
    if hashed:
        hashes = pixel_hashes(data, format_name, picture, facts.orientation, turned=turned)
    if turned and format_name == "TIFF":
        width, height = picture.size  # Pillow's TIFF parser applies the orientation itself
    if _is_dark_for_its_bits(picture, data, format_name):
        picture = decode_deep(data) or picture
    image = to_rgb(picture if min_side is None else shrink(picture, min_side))
    if not turned and facts.orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[facts.orientation])
        if facts.orientation >= 5:
            width, height = height, width
    return LoadedImage(_plain(image), width, height, format_name, facts.taken_at, *hashes)


def _is_dark_for_its_bits(picture: Image.Image, data: bytes, format_name: str) -> bool:
    """Whether 16-bit color holds values of 12 bits or fewer, which would be almost black in 8-bit RGB."""
    if picture.mode != "RGB" or format_name not in ("PNG", "TIFF"):
        return False
    bits = getattr(picture, "tag_v2", {}).get(258, (8,))
    wide = has_16_bits(data) if format_name == "PNG" else bits == (16, 16, 16)
    return wide and max(high for _, high in picture.getextrema()) <= _DARKEST  # type: ignore[misc]


def _load(picture: ImageFile, data: bytes, format_name: str, min_side: int | None) -> ImageFile:
    if format_name != "JPEG":
        picture.load()
        return picture
    try:
        return _load_jpeg(picture, min_side)
    except OSError:
        if END in data[-64:] or not lacks_only_its_end(data, _digest_of_jpeg):
            raise
        return _load_jpeg(open_picture(with_end(data), "JPEG"), min_side)


def _load_jpeg(picture: Opened, min_side: int | None) -> ImageFile:
    assert isinstance(picture, ImageFile)  # noqa: S101 - for the type checker
    if min_side is not None:
        # Reduces by 2, 4 or 8 while decoding, but never below the given size on either side.
        picture.draft(None, (min_side, min_side))
    picture.load()
    return picture


def _digest_of_jpeg(data: bytes) -> bytes:
    return hashlib.sha256(_load_jpeg(open_picture(data, "JPEG"), None).tobytes()).digest()


def _check_size(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise ImageError(f"The header declares {width} × {height} pixels: there is no picture.")
    if width * height > MAX_MEGAPIXELS * 1_000_000:
        raise ImageError(f"{width} × {height} pixels is more than the {MAX_MEGAPIXELS} megapixels allowed.")
    if max(width, height) > MAX_SIDE:
        raise ImageError(f"{width} × {height} pixels: no side may be longer than {MAX_SIDE} pixels.")


def _exif_facts(picture: ImageFile, data: bytes, format_name: str) -> ExifFacts:
    block = data if format_name == "TIFF" else picture.info.get("exif")
    if block is None and format_name == "PNG":
        block = exif_of_png(data)
    facts = read_exif(block) if isinstance(block, bytes) else ExifFacts()
    if facts.taken_at is not None:
        return facts
    packet = xmp_of_png(data) if format_name == "PNG" else picture.info.get("xmp")
    taken_at = xmp_date(packet) if isinstance(packet, bytes) else None
    return replace(facts, taken_at=taken_at or iptc_date(picture))


def _plain(image: Image.Image) -> Image.Image:
    """Copy the pixels without the parser and the metadata, which can be larger than the pixels."""
    if type(image) is Image.Image:
        image.info = {}
        return image
    plain = Image.Image()
    plain.im = image.im
    plain._mode, plain._size = image.mode, image.size
    return plain


def _failure(data: bytes, format_name: str, error: Exception) -> str:
    article = "an" if format_name == "AVIF" else "a"
    if ends_early(data, format_name) or "truncated" in str(error).lower():
        return f"The file ends early: it is a truncated {format_name}."
    return (
        f"The file is damaged or incomplete: it starts like {article} {format_name}, but cannot be decoded."
    )


def _silence_parsers() -> None:
    """Suppress Pillow's warnings about odd metadata, which would reach logs and fail `-W error` runs.

    `warnings.catch_warnings` is not safe between threads, so a filter is installed instead, and checked on
    each call because other code (test runners, for one) resets the list.
    """
    if _installed and all(entry in warnings.filters for entry in _installed):
        return
    for category in (UserWarning, RuntimeWarning):
        warnings.filterwarnings("ignore", category=category, module=r"(PIL|pi_heif)(\.|$)")
    _installed[:] = warnings.filters[:2]


_installed: list[object] = []
