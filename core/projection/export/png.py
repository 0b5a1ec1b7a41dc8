"""A map as a picture for a slide or a report: title, dots, names, legend, and how far it can be trusted."""

import io
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ...clustering.palette import NOWHERE
from .binary import order
from .points import (
    CategoryScheme,
    MapPoints,
    ScaleScheme,
    counts,
    medians,
    placed,
    shades,
)

WIDTH = 1600
_MARGIN = 56
_TALL = 940
_FINE = 2
"""Drawn so much larger and scaled down, for smooth edges."""
_COLUMNS = 5
_MOST_KEYS = 60
_ROW = 32
_FONTS = ("DejaVuSans.ttf", "Arial.ttf", "LiberationSans-Regular.ttf", "Helvetica.ttc")

_INK = {
    False: ("#FDFCFA", "#1E1D1A", "#5B574E", "#DEDAD1"),
    True: ("#141413", "#EFEDE8", "#BDB7AB", "#37352F"),
}
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Box = tuple[float, float, float, float]


def map_png(points: MapPoints, *, title: str, quality: str = "", dark: bool = False) -> bytes:
    """The map as a PNG 1,600 pixels wide.

    Args:
        points: what is drawn.
        title: stands above it.
        quality: a sentence on how far the map can be trusted; stands under the title.
        dark: whether the colours are those for a dark background.

    Raises:
        ClusteringError: there is nothing to draw.
    """
    paper, ink, soft, line = _INK[dark]
    at = _fitted(placed(points))
    steps, colours = shades(points)
    keys = _keys(points, colours, NOWHERE[dark])
    rows = -(-len(keys) // _COLUMNS) if isinstance(points.scheme, CategoryScheme) else 2
    top = 128
    sheet = Image.new("RGB", (WIDTH, top + _TALL + 36 + rows * _ROW + 28), paper)
    sheet.paste(_dots(at, steps, (NOWHERE[dark], *colours), paper), (_MARGIN, top))
    pen = ImageDraw.Draw(sheet)
    pen.rounded_rectangle((_MARGIN, top, WIDTH - _MARGIN, top + _TALL), 12, outline=line, width=2)
    pen.text((_MARGIN, 34), _fit(pen, title, _font(40), WIDTH - 2 * _MARGIN), ink, _font(40))
    said = f"{len(points):,} picture{'' if len(points) == 1 else 's'}" + (f" · {quality}" if quality else "")
    pen.text((_MARGIN, 88), _fit(pen, said, _font(20), WIDTH - 2 * _MARGIN), soft, _font(20))
    _names(pen, points, top, ink, paper)
    below = top + _TALL + 24
    if isinstance(points.scheme, ScaleScheme):
        _bar(pen, points.scheme, colours, below, ink, soft)
    else:
        _legend(pen, keys, below, ink, soft)
    out = io.BytesIO()
    sheet.save(out, "PNG", optimize=True)
    return out.getvalue()


def _fitted(at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places as pixels of the field: as large as fits, both axes with the same scale."""
    wide, tall, edge = WIDTH - 2 * _MARGIN, _TALL, 46
    low, high = at.min(axis=0), at.max(axis=0)
    span = np.maximum(high - low, 1e-3)
    scale = min((wide - 2 * edge) / span[0], (tall - 2 * edge) / span[1])
    middle = (low + high) / 2
    return np.stack(
        [wide / 2 + (at[:, 0] - middle[0]) * scale, tall / 2 - (at[:, 1] - middle[1]) * scale], axis=1
    )


def _dots(
    at: NDArray[np.float64], steps: NDArray[np.uint16], colours: Sequence[str], paper: str
) -> Image.Image:
    size = (WIDTH - 2 * _MARGIN, _TALL)
    field = Image.new("RGB", (size[0] * _FINE, size[1] * _FINE), paper)
    pen = ImageDraw.Draw(field)
    radius = _FINE * (1.3 + 3.2 * max(0.0, min(1.0, (5 - np.log10(len(at))) / 2.5)))
    for row in order(len(at)).tolist():
        x, y = at[row] * _FINE
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colours[steps[row]])
    return field.resize(size, Image.Resampling.LANCZOS)


def _names(pen: ImageDraw.ImageDraw, points: MapPoints, top: int, ink: str, paper: str) -> None:
    """The names of clusters where they do not cover one another, the largest cluster's first."""
    if not isinstance(points.scheme, CategoryScheme):
        return
    font = _font(20)
    whole = _fitted(placed(points))
    taken: list[Box] = []
    for number, _x, _y in medians(points, whole):
        text = _fit(pen, points.scheme.names[number], font, 320)
        half = pen.textlength(text, font) / 2 + 8
        x = min(max(_x + _MARGIN, _MARGIN + half), WIDTH - _MARGIN - half)
        y = _y + top
        box = (x - half, y - 15, x + half, y + 15)
        if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
            continue
        taken.append(box)
        pen.text((x, y), text, ink, font, anchor="mm", stroke_width=4, stroke_fill=paper)


def _keys(points: MapPoints, colours: Sequence[str], grey: str) -> list[tuple[str, str, str]]:
    """Colour, name and count of what the legend shows."""
    if not isinstance(points.scheme, CategoryScheme):
        return []
    none, *known = counts(points)
    keys = [
        (colour, name, f"{n:,}")
        for colour, name, n in zip(colours, points.scheme.names, known, strict=True)
        if n
    ]
    if len(keys) > _MOST_KEYS:
        keys = [*keys[: _MOST_KEYS - 1], (grey, f"and {len(keys) - _MOST_KEYS + 1} more", "")]
    return [*keys, (grey, points.scheme.rest or "None of these", f"{none:,}")] if none else keys


def _legend(
    pen: ImageDraw.ImageDraw, keys: list[tuple[str, str, str]], top: int, ink: str, soft: str
) -> None:
    wide = (WIDTH - 2 * _MARGIN) / _COLUMNS
    for place, (colour, name, number) in enumerate(keys):
        x, y = _MARGIN + (place % _COLUMNS) * wide, top + (place // _COLUMNS) * _ROW + 14
        pen.ellipse((x, y - 8, x + 16, y + 8), fill=colour)
        room = wide - 48 - pen.textlength(number, _font(16))
        text = _fit(pen, name, _font(19), room)
        pen.text((x + 26, y), text, ink, _font(19), anchor="lm")
        pen.text((x + 34 + pen.textlength(text, _font(19)), y + 1), number, soft, _font(16), anchor="lm")


def _bar(
    pen: ImageDraw.ImageDraw, scale: ScaleScheme, colours: Sequence[str], top: int, ink: str, soft: str
) -> None:
    title = _fit(pen, scale.title, _font(19), 500)
    pen.text((_MARGIN, top + 14), title, ink, _font(19), anchor="lm")
    left, wide = _MARGIN + pen.textlength(title, _font(19)) + 30, 480
    for step, colour in enumerate(colours):
        x = left + wide * step / len(colours)
        pen.rectangle((x, top + 6, x + wide / len(colours) + 1, top + 22), fill=colour)
    pen.text((left, top + 42), scale.low, soft, _font(16), anchor="lm")
    pen.text((left + wide, top + 42), scale.high, soft, _font(16), anchor="rm")


def _fit(pen: ImageDraw.ImageDraw, text: str, font: Font, room: float) -> str:
    """The text on one line, cut where it is too long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[:300]).split())
    if pen.textlength(line, font) <= room:
        return line
    while line and pen.textlength(line + "…", font) > room:
        line = line[:-1]
    return line + "…"


@cache
def _font(size: int) -> Font:
    """A font that knows more than Latin letters where the machine has one, else Pillow's own."""
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)
