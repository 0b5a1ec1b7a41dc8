"""Copies of photos, as they go round the world: cropped, turned, recoloured, written over, pasted."""

import io
import zlib
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

Picture = Image.Image


def crop(picture: Picture, share: float, key: str) -> Picture:
    """A rectangle of the same shape with `share` of the area, anywhere in the picture."""
    rng = np.random.default_rng(zlib.crc32(f"{key} {share}".encode()))
    width, height = round(picture.width * share**0.5), round(picture.height * share**0.5)
    left = int(rng.integers(0, picture.width - width + 1))
    top = int(rng.integers(0, picture.height - height + 1))
    return picture.crop((left, top, left + width, top + height))


def turned(picture: Picture, degrees: float) -> Picture:
    """On a white page, so that nothing is cut off."""
    return picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=(255, 255, 255))


def recoloured(picture: Picture) -> Picture:
    """Red, green and blue change places."""
    values = np.asarray(picture, np.float32)[..., [1, 2, 0]] * np.array([0.9, 1.0, 1.1], np.float32)
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def written_over(picture: Picture) -> Picture:
    """Three lines of large letters across it."""
    out = picture.copy()
    pen, font = ImageDraw.Draw(out), ImageFont.load_default(size=picture.height // 9)
    for row, line in enumerate(("SALE -50%", "only today", "call 0800")):
        place = (picture.width * 0.08, picture.height * (0.2 + 0.25 * row))
        pen.text(place, line, (255, 230, 0), font, stroke_width=2, stroke_fill=(200, 0, 0))
    return out


def pasted(picture: Picture, page: Picture) -> Picture:
    """Half as large as the page, a quarter or less of its area, in another picture."""
    out = page.convert("RGB").resize((640, 640))
    small = ImageOps.contain(picture, (320, 320), Image.Resampling.LANCZOS)
    out.paste(small, (180, 150))
    return out


def bordered(picture: Picture) -> Picture:
    """In a black frame, an eighth of the longer side wide."""
    return ImageOps.expand(picture, max(picture.size) // 8, (0, 0, 0))


def jpeg(picture: Picture, quality: int = 85) -> bytes:
    """The bytes of a JPEG."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _all_three(picture: Picture, key: str) -> Picture:
    angle = 5 + 25 * (zlib.crc32(key.encode()) % 1000) / 1000
    return recoloured(turned(crop(picture, 0.5, key), angle))


KINDS: dict[str, Callable[[Picture, str, Picture], Picture]] = {
    "crop_80": lambda p, key, _: crop(p, 0.8, key),
    "crop_50": lambda p, key, _: crop(p, 0.5, key),
    "crop_25": lambda p, key, _: crop(p, 0.25, key),
    "rotate_10": lambda p, *_: turned(p, 10),
    "rotate_90": lambda p, *_: p.transpose(Image.Transpose.ROTATE_90),
    "mirror": lambda p, *_: ImageOps.mirror(p),
    "recolour": lambda p, *_: recoloured(p),
    "grey": lambda p, *_: ImageOps.grayscale(p).convert("RGB"),
    "bright": lambda p, *_: ImageEnhance.Brightness(p).enhance(1.5),
    "jpeg_20": lambda p, *_: p,
    "quarter_size": lambda p, *_: p.resize((p.width // 4, p.height // 4), Image.Resampling.LANCZOS),
    "text_over": lambda p, *_: written_over(p),
    "pasted": lambda p, _, page: pasted(p, page),
    "cropped_rotated_recoloured": lambda p, key, _: _all_three(p, key),
}


_GENTLE: dict[str, Callable[[Picture, str, Picture], Picture]] = {
    "blur": lambda p, *_: p.filter(ImageFilter.GaussianBlur(max(p.size) / 200)),
    "border": lambda p, *_: bordered(p),
    "saturation": lambda p, *_: ImageEnhance.Color(p).enhance(2.0),
}
_EVERY = KINDS | _GENTLE

DUPLICATES = (
    "jpeg_20", "quarter_size", "crop_80", "crop_50", "crop_25", "mirror", "rotate_10", "rotate_90", "bright",
    "grey", "blur", "text_over", "border", "saturation", "pasted", "cropped_rotated_recoloured",
)  # fmt: skip
"""The kinds that near-duplicates are measured with: fifteen, and one of three edits at once."""


def made(kind: str, picture: Picture, key: str, page: Picture) -> bytes:
    """A copy of `picture` (RGB) of this kind, as the bytes of a JPEG; `key` decides where it is cropped."""
    return jpeg(_EVERY[kind](picture, key, page), 20 if kind == "jpeg_20" else 85)
