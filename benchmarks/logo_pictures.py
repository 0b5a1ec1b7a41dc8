"""Logos that are drawn here, re-drawn versions of them, and pictures with one of them on a small part."""

import io
import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from core.images import load_image
from core.sample_catalogue import draw, sample_items

_SIDE = 256
_INKS = ("#b93a32", "#14665a", "#2b6396", "#c8752b", "#6b4fa0", "#1e1d1a", "#a8456b", "#7c8f2c")
_PAPERS = ("#ffffff", "#f4e9d8", "#dfeaf5", "#20201e")


def logo(number: int, style: int = 0) -> Image.Image:
    """Logo `number`; `style` 0 is the registered one, others are drawn again by another hand.

    Drawn again: other proportions, thinner or thicker strokes, a shade of the ink, a little turned.
    """
    choice = np.random.default_rng([7, number])
    hand = np.random.default_rng([11, number, style])
    ink, paper = _INKS[int(choice.integers(len(_INKS)))], _PAPERS[int(choice.integers(len(_PAPERS)))]
    if paper == "#20201e" and ink == "#1e1d1a":
        paper = "#ffffff"
    outer, inner = int(choice.integers(4)), int(choice.integers(6))
    spokes, others = int(choice.integers(3, 8)), [one for one in _INKS if one != ink]
    accent = others[int(choice.integers(len(others)))]
    image = Image.new("RGB", (_SIDE, _SIDE), paper)
    pen = ImageDraw.Draw(image)
    size = 104 * (1 if style == 0 else hand.uniform(0.88, 1.06))
    width = round(18 * (1 if style == 0 else hand.uniform(0.6, 1.5)))
    middle = _SIDE / 2
    box = (middle - size, middle - size, middle + size, middle + size)
    if outer == 0:
        pen.ellipse(box, outline=ink, width=width)
    elif outer == 1:
        pen.rounded_rectangle(box, radius=34, outline=ink, width=width)
    elif outer == 2:
        pen.regular_polygon((middle, middle, size), spokes, outline=ink, width=width)
    else:
        pen.ellipse(box, fill=ink)
    _mark(pen, inner, spokes, accent if outer == 3 else ink, accent, width, size * 0.6, middle)
    if style:
        image = image.rotate(float(hand.uniform(-8, 8)), Image.Resampling.BICUBIC, fillcolor=paper)
        image = image.filter(ImageFilter.GaussianBlur(float(hand.uniform(0, 1.2))))
        shade = np.asarray(image, np.float32) * hand.uniform(0.85, 1.1, 3)
        image = Image.fromarray(np.clip(shade, 0, 255).astype(np.uint8))
    return image


def _mark(
    pen: ImageDraw.ImageDraw,
    kind: int,
    spokes: int,
    ink: str,
    accent: str,
    width: int,
    size: float,
    middle: float,
) -> None:
    """What is inside the outline of a logo."""
    if kind == 0:  # rays
        for at in range(spokes):
            turn = 2 * math.pi * at / spokes
            end = (middle + size * math.cos(turn), middle + size * math.sin(turn))
            pen.line((middle, middle, *end), fill=accent, width=width)
    elif kind == 1:  # bars
        for at in range(spokes):
            left = middle - size + at * 2 * size / spokes
            pen.rectangle(
                (left, middle + size - (at + 1) * 2 * size / spokes, left + width, middle + size), fill=ink
            )
    elif kind == 2:  # rings
        for at in range(1, 4):
            r = size * at / 3
            pen.ellipse(
                (middle - r, middle - r, middle + r, middle + r), outline=accent, width=width // 2 + 2
            )
    elif kind == 3:  # a star
        points = []
        for at in range(spokes * 2):
            r, turn = (size if at % 2 == 0 else size * 0.45), math.pi * at / spokes - math.pi / 2
            points.append((middle + r * math.cos(turn), middle + r * math.sin(turn)))
        pen.polygon(points, fill=accent)
    elif kind == 4:  # two waves
        for row in (-0.35, 0.35):
            line = [
                (
                    middle - size + t * 2 * size / 30,
                    middle + row * size + 0.25 * size * math.sin(t * spokes / 6),
                )
                for t in range(31)
            ]
            pen.line(line, fill=ink, width=width, joint="curve")
    else:  # a wedge
        pen.pieslice(
            (middle - size, middle - size, middle + size, middle + size), 30, 30 + 45 * spokes, fill=accent
        )


def scene(number: int, mark: Image.Image, share: float) -> bytes:
    """A JPEG of a product picture with `mark` on `share` of its width, slightly turned and lit."""
    hand = np.random.default_rng([13, number])
    items = [item for item in sample_items() if item.copy_of is None]
    item = items[int(hand.integers(len(items)))]
    picture = load_image(draw(item)).image.convert("RGB").resize((640, 640))
    side = round(640 * share)
    small = mark.resize((side, side), Image.Resampling.LANCZOS).convert("RGBA")
    small = small.rotate(float(hand.uniform(-6, 6)), Image.Resampling.BICUBIC, expand=True)
    at = hand.integers(0, 640 - small.width, 2)
    picture.paste(small, (int(at[0]), int(at[1])), small)
    lit = np.clip(np.asarray(picture, np.float32) * hand.uniform(0.8, 1.1), 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(lit).save(out, "JPEG", quality=85)
    return out.getvalue()


def png(image: Image.Image) -> bytes:
    """The bytes of a PNG."""
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
