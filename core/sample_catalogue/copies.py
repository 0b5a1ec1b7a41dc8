"""Known copies: the edits that other software applies to pictures as they circulate."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

from .look import chance


def _same(picture: Image.Image, _key: str) -> Image.Image:
    return picture


def _resized(picture: Image.Image, key: str) -> Image.Image:
    share = 0.33 + 0.22 * chance(key, "size")
    size = (round(picture.width * share), round(picture.height * share))
    return picture.resize(size, Image.Resampling.LANCZOS)


def crop_box(size: tuple[int, int], key: str) -> tuple[int, int, int, int]:
    """Return the part of a picture that its cropped copy keeps."""
    share = 0.62 + 0.2 * chance(key, "share")
    width, height = round(size[0] * share), round(size[1] * share)
    left = round((size[0] - width) * (0.25 + 0.5 * chance(key, "left")))
    top = round((size[1] - height) * (0.25 + 0.5 * chance(key, "top")))
    return left, top, left + width, top + height


def _cropped(picture: Image.Image, key: str) -> Image.Image:
    return picture.crop(crop_box(picture.size, key))


def _watermarked(picture: Image.Image, _key: str) -> Image.Image:
    """Lay the shop's name over the picture, slantwise and repeated, as stock photographs have it."""
    font = ImageFont.load_default(size=picture.height // 13)
    side = int((picture.width**2 + picture.height**2) ** 0.5)
    sheet = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(sheet)
    for row in range(5):
        for column in range(4):
            place = ((column - 0.35 * (row % 2)) * side * 0.36, (row + 0.3) * side / 5)
            pen.text(place, "sample shop", font=font, fill=105)
    sheet = sheet.rotate(28, Image.Resampling.BICUBIC)
    left, top = (side - picture.width) // 2, (side - picture.height) // 2
    mask = sheet.crop((left, top, left + picture.width, top + picture.height))
    out = picture.copy()
    # A dark edge under light letters stays readable on white paper and on dark cloth alike.
    out.paste((60, 60, 64), (2, 2), mask)
    out.paste((255, 255, 255), (0, 0), mask)
    return out


def _recoloured(picture: Image.Image, key: str) -> Image.Image:
    """Return the picture through a faded, warm or cool filter; its colours keep their names."""
    tone = np.asarray(picture, np.float32) / 255
    grey = tone.mean(axis=2, keepdims=True)
    tone = grey + (tone - grey) * (0.62 + 0.75 * chance(key, "saturation"))
    warm = 0.10 if chance(key, "warm") < 0.5 else -0.09
    tone = tone * np.asarray((1 + warm, 1 + warm * 0.2, 1 - warm), np.float32)
    tone = 0.06 + 0.90 * np.clip(tone, 0, 1) ** (0.82 + 0.4 * chance(key, "gamma"))
    return Image.fromarray((np.clip(tone, 0, 1) * 255 + 0.5).astype(np.uint8))


def _flipped(picture: Image.Image, _key: str) -> Image.Image:
    return ImageOps.mirror(picture)


_MADE: dict[str, Callable[[Image.Image, str], Image.Image]] = {
    "re-encoded": _same,
    "resized": _resized,
    "cropped": _cropped,
    "watermarked": _watermarked,
    "recoloured": _recoloured,
    "flipped": _flipped,
}


def copied(original: Image.Image, kind: str, key: str) -> tuple[Image.Image, int]:
    """Return a copy of ``original`` (RGB) made the way ``kind`` says, and the JPEG quality to keep it at."""
    quality = 16 + int(14 * chance(key, "quality")) if kind == "re-encoded" else 86
    return _MADE[kind](original, key), quality
