"""From a recipe to the bytes of a file."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from PIL import Image

from . import textures
from .backdrops import backdrop
from .canvas import Array, Canvas
from .copies import copied
from .items import SampleItem
from .look import Look, chance
from .plan import Recipe, the_plan

_EXIF_DIRECTORY, _DATE_TIME_ORIGINAL, _DATE_TIME, _MODEL = 0x8769, 0x9003, 0x0132, 0x0110


def draw(item: SampleItem) -> bytes:
    """Return the encoded file of one item of the catalogue, the same bytes every time."""
    if item.copy_of is None or item.copy_kind is None:
        recipe = the_plan().recipes.get(item.name)
        if recipe is None:
            raise ValueError(f"the sample catalogue has no picture {item.name!r}")
        return _original(recipe)
    source = the_plan().recipes.get(item.copy_of)
    if source is None:
        raise ValueError(f"the sample catalogue has no picture {item.copy_of!r}")
    with Image.open(io.BytesIO(_original(source))) as opened:
        picture = _on_white(opened)
    copy, quality = copied(picture, item.copy_kind, item.name)
    out = io.BytesIO()
    copy.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    paper = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(paper, picture).convert("RGB")


# A copy draws its original first; the original's own turn comes soon before or after (names sort together).
@lru_cache(maxsize=16)
def _original(recipe: Recipe) -> bytes:
    canvas = _photographed(recipe)
    width, height = recipe.size
    down, right = int(chance(recipe.name, "down") * 300), int(chance(recipe.name, "right") * 300)
    grain = textures.grain()[down : down + height, right : right + width]
    pixels = canvas.pixels + grain * np.float32(0.007)
    if recipe.cut_out:
        return _encoded(Image.fromarray(_cut_out(pixels, canvas.alpha)), recipe)
    return _encoded(Image.fromarray(_eight_bits(pixels)), recipe)


def _photographed(recipe: Recipe) -> Canvas:
    """Return the canvas with the product drawn where its pose puts it."""
    width, height = recipe.size
    kind, pose = recipe.kind, recipe.pose
    if recipe.cut_out:
        scene = np.ones((3, height, width), np.float32)
    else:
        scene = np.ascontiguousarray(backdrop(recipe.backdrop, recipe.size, pose), dtype=np.float32)
    short = min(width, height)
    canvas = Canvas(
        scene,
        centre=(
            width * 0.5 + short * (kind.centre[0] - 0.5 + 0.05 * (chance(pose, "x") - 0.5)),
            height * kind.centre[1] + short * 0.03 * (chance(pose, "y") - 0.5),
        ),
        scale=short * kind.scale * (0.93 + 0.13 * chance(pose, "scale")),
        angle=kind.lean + kind.tilt * (chance(pose, "angle") * 2 - 1),
    )
    kind.draw(canvas, Look(recipe.colour, recipe.pattern, recipe.make))
    return canvas


def _eight_bits(pixels: Array) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return planes as rows of pixels, as encoders want them."""
    return np.ascontiguousarray((np.clip(pixels, 0, 1) * 255 + 0.5).astype(np.uint8).transpose(1, 2, 0))


def _cut_out(pixels: Array, alpha: Array) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return RGBA that looks like ``pixels`` when laid on white."""
    cover = np.clip(alpha, 0, 1)[None]
    ink = np.where(cover > 0, 1 - (1 - pixels) / np.maximum(cover, 1e-3), 1)
    return _eight_bits(np.concatenate([ink, cover]))


def _encoded(picture: Image.Image, recipe: Recipe) -> bytes:
    out = io.BytesIO()
    if recipe.extension == "png":
        picture.save(out, "PNG", compress_level=1)
    elif recipe.extension == "webp":
        picture.save(out, "WEBP", quality=88, method=2)
    elif recipe.taken is not None:
        exif = Image.Exif()
        exif[_MODEL] = "Sample Camera"
        stamp = recipe.taken.strftime("%Y:%m:%d %H:%M:%S")
        exif[_DATE_TIME] = stamp
        exif.get_ifd(_EXIF_DIRECTORY)[_DATE_TIME_ORIGINAL] = stamp
        picture.save(out, "JPEG", quality=90, exif=exif)
    else:
        picture.save(out, "JPEG", quality=90)
    return out.getvalue()
