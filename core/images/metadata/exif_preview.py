"""The small preview that a camera puts into a photo's EXIF block; most editors leave it as it was."""

from PIL import ExifTags, Image

from ...errors import ImageError
from ..decoding.decode import load_image
from ..formats.detect import identify, open_picture

_OFFSET, _LENGTH = 0x0201, 0x0202
_PREFIX = b"Exif\0\0"


def exif_preview(data: bytes) -> Image.Image | None:
    """Read the preview in a JPEG or WebP file, RGB, as stored; None if there is no readable one.

    Cameras rotate neither the picture nor the preview: the orientation in the same block applies to both.
    Never raises.
    """
    kind = identify(data)
    if kind not in ("JPEG", "WEBP"):
        return None
    try:
        opened = open_picture(data, kind)
        block = getattr(opened, "info", {}).get("exif")
        if not isinstance(block, bytes) or not isinstance(opened, Image.Image):
            return None
        first = opened.getexif().get_ifd(ExifTags.IFD.IFD1)
        start, length = first.get(_OFFSET), first.get(_LENGTH)
        if not isinstance(start, int) or not isinstance(length, int):
            return None
        begin = start + (len(_PREFIX) if block.startswith(_PREFIX) else 0)
        return load_image(block[begin : begin + length]).image
    except ImageError:
        return None
    # Parsers may raise almost anything on hostile bytes, and a missing preview is not worth a message.
    except Exception:
        return None
