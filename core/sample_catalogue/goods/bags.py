"""Bags: handbags and backpacks."""

from __future__ import annotations

import numpy as np

from ..canvas import Canvas
from ..lighting import LEATHER, METAL, Material, ground, inflate, lit
from ..look import Look
from ..outlines import ellipse, mirrored, ribbon, rounded, smooth
from ..palette import GOLD, STEEL, WALNUT, darker, mix
from ..soft import creases, panel, seam, stitches
from .tableware import tube

_CANVAS = Material(ambient=0.47, diffuse=0.64, edge=0.22)


def handbag(canvas: Canvas, look: Look) -> None:
    """Draw a structured handbag with a flap, a clasp and an arched handle."""
    top_w, foot_w = look.vary("top", 0.58, 0.72), look.vary("foot", 0.80, 0.90)
    top, foot = look.vary("top y", -0.22, -0.12), 0.74
    strap = (
        darker(look.base, 0.22)
        if look.either("own strap", 0.7) or look.colour in {"brown", "black"}
        else WALNUT
    )
    metal = GOLD if look.either("gold", 0.7) else STEEL
    ground(canvas, 0.02, foot + 0.01, foot_w * 0.98, ry=0.11)
    rise, spread = look.vary("rise", 0.52, 0.66), look.vary("spread", 0.36, 0.46)
    arch = [
        (-spread, top + 0.14),
        (-spread * 0.98, top - rise * 0.45),
        (-spread * 0.55, top - rise * 0.94),
        (0, top - rise * 1.08),
    ]
    tube(canvas, [*arch, *((-x, y) for x, y in arch[-2::-1])], 0.085, strap, LEATHER)
    body = mirrored(
        [
            (0, top),
            (top_w - 0.08, top),
            (top_w, top + 0.06),
            ((top_w + foot_w) / 2 + 0.01, (top + foot) / 2),
            (foot_w, foot - 0.10),
            (foot_w - 0.07, foot),
            (0, foot + 0.015),
        ]
    )
    place = canvas.region(body)
    low = 0.30 * np.exp(-np.clip(foot - place.y, 0, None) / 0.08) + 0 * place.x
    bag = panel(
        canvas,
        look,
        body,
        radius=0.20,
        depth=0.9,
        material=LEATHER,
        period=0.21,
        occlusion=low,
        bend=creases(place, look.make, (3, 4), 0.06),
    )
    rim = 0.045
    stitches(
        canvas,
        [(-foot_w + 0.09, foot - rim - 0.02), (0, foot - rim), (foot_w - 0.09, foot - rim - 0.02)],
        mix(strap, (1, 1, 1), 0.45),
        clip=bag,
    )
    fall = look.vary("fall", 0.34, 0.46)
    if look.either("round flap", 0.6):
        flap = mirrored(
            [
                (0, top - 0.012),
                (top_w - 0.07, top - 0.012),
                (top_w + 0.012, top + 0.05),
                (top_w + 0.02, top + 0.18),
                (top_w * 0.72, top + fall * 0.92),
                (0, top + fall * 1.1),
            ]
        )
    else:
        flap = mirrored(
            [
                (0, top - 0.012),
                (top_w - 0.07, top - 0.012),
                (top_w + 0.012, top + 0.05),
                (top_w + 0.015, top + fall * 0.55),
                (top_w - 0.05, top + fall * 0.72, "c"),
                (0, top + fall * 1.2, "c"),
            ]
        )
    shade = canvas.region([(x * 0.995, y + 0.035) for x, y in flap], clip=bag)
    canvas.paint(shade, (0.05, 0.03, 0.03), 0.35)
    panel(
        canvas,
        look,
        flap,
        radius=0.10,
        depth=0.8,
        material=LEATHER,
        period=0.21,
        plain=None if look.either("patterned flap", 0.4) else look.base,
    )
    edge = [(x * 0.94, top + (y - top) * 0.92) for x, y in flap if y > top + 0.1]
    stitches(canvas, [(x, y, "c") for x, y in edge[::4]], mix(strap, (1, 1, 1), 0.45), clip=bag)
    for side in (-1, 1):
        loop = rounded(side * spread - 0.07, top + 0.03, side * spread + 0.07, top + 0.23, 0.05)
        panel(canvas, look, loop, radius=0.06, material=LEATHER, plain=strap)
        ring = canvas.region(
            ellipse(side * spread, top + 0.04, 0.062, 0.062),
            holes=[ellipse(side * spread, top + 0.04, 0.034, 0.034)],
        )
        canvas.paint(ring, lit(metal, inflate(ring, 0.03), METAL))
        stud = canvas.region(ellipse(side * spread, top + 0.17, 0.02, 0.02))
        canvas.paint(stud, lit(metal, inflate(stud, 0.03), METAL))
    clasp = rounded(-0.075, top + fall * 0.86, 0.075, top + fall * 0.86 + 0.15, 0.03)
    canvas.paint(canvas.region([(x + 0.008, y + 0.02) for x, y in clasp]), (0.05, 0.03, 0.03), 0.35)
    plate = canvas.region(clasp)
    canvas.paint(plate, lit(metal, inflate(plate, 0.05), METAL))
    seam(canvas, [(-0.05, top + fall * 0.86 + 0.075), (0.05, top + fall * 0.86 + 0.075)], metal)


def backpack(canvas: Canvas, look: Look) -> None:
    """Draw a school backpack from the front."""
    w, tall = look.vary("w", 0.58, 0.66), look.vary("tall", 0.0, 0.08)
    top, foot = -0.66 - tall, 0.82
    trim = darker(look.base, 0.38)
    ground(canvas, 0.02, foot, w * 1.05, ry=0.10)
    handle = [
        (-0.15, top + 0.10),
        (-0.14, top - 0.10),
        (0, top - 0.17),
        (0.14, top - 0.10),
        (0.15, top + 0.10),
    ]
    tube(canvas, handle, 0.062, trim, _CANVAS)
    for side in (-1, 1):
        strap = [
            (side * w * 0.50, top + 0.15),
            (side * (w + 0.10), -0.22),
            (side * (w + 0.14), 0.30),
            (side * (w - 0.05), 0.66),
        ]
        tube(canvas, strap, [0.10, 0.14, 0.11, 0.05], trim, _CANVAS)
        pocket = smooth(
            [
                (side * w * 0.8, 0.20, "c"),
                (side * (w + 0.08), 0.23),
                (side * (w + 0.12), 0.50),
                (side * (w + 0.05), 0.76),
                (side * w * 0.8, 0.78, "c"),
            ],
            closed=True,
        )
        panel(canvas, look, pocket, radius=0.10, material=_CANVAS, plain=darker(look.base, 0.25))
    round_top = look.vary("round", 0.62, 0.86)
    body = mirrored(
        [
            (0, top),
            (w * 0.55, top + 0.045),
            (w * 0.96, top + 0.55 * round_top),
            (w, 0.1),
            (w * 1.01, foot - 0.14),
            (w * 0.88, foot),
            (0, foot + 0.012),
        ]
    )
    place = canvas.region(body)
    low = 0.32 * np.exp(-np.clip(foot - place.y, 0, None) / 0.09) + 0 * place.x
    bag = panel(
        canvas,
        look,
        body,
        radius=0.40,
        depth=0.9,
        material=_CANVAS,
        period=0.2,
        occlusion=low,
        bend=creases(place, look.make, (4, 4), 0.10),
    )
    arc = [
        (-w * 0.93, 0.02),
        (-w * 0.86, -0.34),
        (-w * 0.5, top + 0.22),
        (0, top + 0.17),
        (w * 0.5, top + 0.22),
        (w * 0.86, -0.34),
        (w * 0.93, 0.02),
    ]
    _zip(canvas, arc, trim, look)
    high = look.vary("pocket", 0.08, 0.18)
    front = mirrored(
        [
            (0, high),
            (w * 0.66, high + 0.01),
            (w * 0.78, high + 0.10),
            (w * 0.80, foot - 0.18),
            (w * 0.68, foot - 0.06),
            (0, foot - 0.045),
        ]
    )
    shade = canvas.region([(x * 1.02 + 0.012, y + 0.02) for x, y in front], clip=bag)
    canvas.paint(shade, (0.04, 0.03, 0.04), 0.38)
    inner = canvas.region(front)
    panel(
        canvas,
        look,
        front,
        radius=0.16,
        depth=0.95,
        material=_CANVAS,
        period=0.2,
        plain=look.base if look.either("plain pocket", 0.35) else None,
        bend=creases(inner, look.make + "p", (4, 4), 0.10),
    )
    _zip(canvas, [(-w * 0.66, high + 0.15), (0, high + 0.12), (w * 0.66, high + 0.15)], trim, look)
    if look.either("patch", 0.6):
        leather = rounded(-0.10, -0.26, 0.10, -0.10, 0.03)
        panel(canvas, look, leather, radius=0.03, material=LEATHER, plain=(0.55, 0.36, 0.22))
        for y in (-0.205, -0.155):
            seam(canvas, [(-0.06, y), (0.06, y)], (0.4, 0.25, 0.15), width=0.012)


def _zip(
    canvas: Canvas, spine: list[tuple[float, float]], trim: tuple[float, float, float], look: Look
) -> None:
    canvas.paint(canvas.region(ribbon([(x, y + 0.012) for x, y in spine], 0.062)), (0, 0, 0), 0.16)
    tape = canvas.region(ribbon(spine, 0.05))
    canvas.paint(tape, lit(trim, inflate(tape, 0.04), _CANVAS))
    line = smooth(spine)
    canvas.paint(canvas.region(ribbon([(*p, "c") for p in line], 0.013)), STEEL, 0.8)
    x, y = line[int(len(line) * look.vary("slider", 0.6, 0.75))]
    slider = canvas.region(rounded(x - 0.022, y - 0.02, x + 0.022, y + 0.12, 0.018))
    canvas.paint(slider, lit(STEEL, inflate(slider, 0.03), METAL))
