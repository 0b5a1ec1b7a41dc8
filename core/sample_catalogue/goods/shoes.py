"""Shoes: sneakers from the side."""

from __future__ import annotations

import numpy as np

from ..canvas import Canvas, Region
from ..lighting import RUBBER, Material, ground, inflate, lit
from ..look import Look
from ..outlines import Knot, ellipse, ribbon, smooth
from ..palette import CREAM, NAVY, darker, mix
from ..soft import creases, panel, seam, stitches

_MESH = Material(ambient=0.50, diffuse=0.60, edge=0.22, gloss=0.06, spread=0.35)
_RUBBER_WHITE = (0.95, 0.945, 0.93)


def sneaker(canvas: Canvas, look: Look) -> None:
    """Draw a lace-up running shoe, its toe to the left."""
    heel = look.vary("heel", -0.42, -0.34)
    tongue = look.vary("tongue", -0.62, -0.54)
    thick = look.vary("thick", 0.0, 0.06)
    ground(canvas, 0.0, 0.50 + thick, 1.0, ry=0.10)
    _collar(canvas, look, heel, tongue)
    upper = smooth(
        [
            (0.93, 0.30, "c"),
            (0.90, 0.0),
            (0.94, heel + 0.06),
            (0.86, heel - 0.02),
            (0.70, heel + 0.10),
            (0.47, heel + 0.12),
            (0.28, tongue + 0.14),
            (0.17, tongue + 0.15, "c"),
            (-0.12, -0.28),
            (-0.36, -0.10),
            (-0.70, 0.02),
            (-0.93, 0.15),
            (-1.0, 0.32, "c"),
            (-0.6, 0.42),
            (0.5, 0.40),
        ],
        closed=True,
    )
    place = canvas.region(upper)
    low = 0.30 * np.exp(-np.clip(0.36 - place.y, 0, None) / 0.07) + 0 * place.x
    shoe = panel(
        canvas,
        look,
        upper,
        radius=0.34,
        depth=0.9,
        period=0.17,
        material=_MESH,
        occlusion=low,
        bend=creases(place, look.make, (4, 7), 0.05),
    )
    _overlays(canvas, look, shoe, heel)
    _laces(canvas, look, shoe, tongue)
    _sole(canvas, look, thick)


def _collar(canvas: Canvas, look: Look, heel: float, tongue: float) -> None:
    """Paint what shows of the inside, and the tongue."""
    inside = canvas.region(
        smooth(
            [
                (0.88, heel - 0.01),
                (0.66, heel - 0.02),
                (0.42, heel - 0.04),
                (0.26, tongue + 0.12),
                (0.40, 0.0),
                (0.80, 0.0),
            ],
            closed=True,
        )
    )
    canvas.paint(inside, mix(darker(look.base, 0.6), (0.3, 0.3, 0.32), 0.4))
    flap = smooth(
        [
            (0.14, tongue + 0.20, "c"),
            (0.10, tongue + 0.02),
            (0.22, tongue - 0.04),
            (0.34, tongue + 0.02),
            (0.36, tongue + 0.25),
            (0.2, 0.0),
        ],
        closed=True,
    )
    panel(canvas, look, flap, radius=0.08, material=_MESH, plain=mix(look.base, CREAM, 0.18))


def _overlays(canvas: Canvas, look: Look, shoe: Region, heel: float) -> None:
    trim = look.accent if look.colour != "white" else NAVY
    dark = darker(look.base, 0.22)
    toe = smooth(
        [(-1.02, 0.45, "c"), (-1.04, 0.12), (-0.80, 0.02), (-0.62, 0.10), (-0.52, 0.30), (-0.54, 0.45, "c")],
        closed=True,
    )
    panel(canvas, look, toe, radius=0.25, material=_MESH, clip=shoe, plain=dark)
    counter = smooth(
        [
            (1.0, 0.45, "c"),
            (1.0, heel + 0.10),
            (0.83, heel + 0.10),
            (0.72, -0.02),
            (0.56, 0.18),
            (0.50, 0.45, "c"),
        ],
        closed=True,
    )
    panel(canvas, look, counter, radius=0.20, material=_MESH, clip=shoe, plain=dark)
    edge: list[Knot] = [(0.80, heel + 0.12), (0.70, -0.02), (0.55, 0.18), (0.49, 0.42)]
    stitches(canvas, edge, mix(dark, (1, 1, 1), 0.5), clip=shoe)
    widths = (0.10, 0.035) if look.either("two bars", 0.6) else (0.05,)
    for i, width in enumerate(widths):
        bar = ribbon(
            [(0.02 + i * 0.13, -0.22 - 0.05 * i), (0.05 + i * 0.13, 0.1), (0.16 + i * 0.13, 0.42)], width
        )
        panel(canvas, look, bar, radius=0.05, material=_MESH, clip=shoe, plain=trim)
    tab = smooth(
        [(0.86, heel - 0.06), (0.95, heel - 0.02), (0.955, heel + 0.14), (0.88, heel + 0.13)], closed=True
    )
    panel(canvas, look, tab, radius=0.06, material=_MESH, plain=trim)


def _laces(canvas: Canvas, look: Look, shoe: Region, tongue: float) -> None:
    strip = smooth(
        [
            (0.30, tongue + 0.16, "c"),
            (0.10, -0.20),
            (-0.22, 0.02),
            (-0.44, 0.06, "c"),
            (-0.52, -0.06),
            (-0.2, -0.30),
            (0.14, tongue + 0.10, "c"),
        ],
        closed=True,
    )
    panel(canvas, look, strip, radius=0.06, material=_MESH, clip=shoe, plain=darker(look.base, 0.12))
    white = (0.96, 0.955, 0.94) if look.colour != "white" else NAVY
    for i in range(6):
        t = i / 5
        x, y = 0.22 - 0.60 * t, tongue + 0.20 + (0.0 - tongue - 0.24) * t**0.8
        band = ribbon(
            [(x - 0.075, y - 0.055 + 0.03 * t), (x + 0.01, y - 0.03), (x + 0.095, y + 0.075)], 0.042
        )
        canvas.paint(canvas.region([(px + 0.008, py + 0.018) for px, py in band]), (0.05, 0.05, 0.06), 0.30)
        where = canvas.region(band)
        canvas.paint(where, lit(white, inflate(where, 0.04), _MESH))
        canvas.paint(canvas.region(ellipse(x + 0.10, y + 0.085, 0.018, 0.018)), (0.12, 0.12, 0.13))
    if look.either("bow", 0.7):
        for side, lift in ((-1, -0.10), (1, 0.0)):
            loop = smooth(
                [
                    (0.20, tongue + 0.17, "c"),
                    (0.20 + side * 0.10, tongue + 0.08 + lift * 0.3),
                    (0.20 + side * 0.20, tongue + 0.16 + lift),
                    (0.20 + side * 0.12, tongue + 0.24),
                ],
                closed=True,
            )
            hole = smooth(
                [
                    (0.20 + side * 0.05, tongue + 0.17, "c"),
                    (0.20 + side * 0.11, tongue + 0.12 + lift * 0.3),
                    (0.20 + side * 0.165, tongue + 0.165 + lift),
                    (0.20 + side * 0.11, tongue + 0.205),
                ],
                closed=True,
            )
            where = canvas.region(loop, holes=[hole])
            canvas.paint(where, lit(white, inflate(where, 0.03), _MESH))


def _sole(canvas: Canvas, look: Look, thick: float) -> None:
    base = 0.50 + thick
    midsole = smooth(
        [
            (-1.03, 0.27, "c"),
            (-0.6, 0.35),
            (0.0, 0.33),
            (0.55, 0.30),
            (0.98, 0.23, "c"),
            (1.02, 0.36),
            (0.97, base - 0.02),
            (0.6, base),
            (-0.5, base),
            (-0.90, base - 0.05),
            (-1.05, 0.38),
        ],
        closed=True,
    )
    where = canvas.region(midsole)
    tone = _RUBBER_WHITE if look.colour != "white" or look.either("pale") else (0.88, 0.87, 0.85)
    canvas.paint(where, lit(tone, inflate(where, 0.10), RUBBER))
    line = canvas.region(ribbon([(-1.0, 0.395), (-0.5, 0.43), (0.3, 0.415), (1.0, 0.34)], 0.022), clip=where)
    canvas.paint(line, look.base if look.colour != "white" else NAVY, 0.9)
    tread = canvas.region(
        ribbon(
            [(-0.95, base - 0.035), (-0.5, base - 0.005), (0.6, base - 0.005), (0.98, base - 0.02)], 0.035
        ),
        clip=where,
    )
    canvas.paint(tread, darker(look.base, 0.55))
    seam(
        canvas,
        [(-1.02, 0.29), (-0.6, 0.36), (0.0, 0.34), (0.55, 0.31), (0.97, 0.245)],
        (0.6, 0.6, 0.6),
        width=0.01,
    )
