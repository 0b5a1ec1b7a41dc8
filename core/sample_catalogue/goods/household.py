"""Things for the house: lamps, clocks, cushions and sofas."""

from __future__ import annotations

import math

import numpy as np

from ..canvas import Canvas, planes
from ..lighting import (
    CERAMIC,
    METAL,
    Material,
    Surface,
    cast,
    ground,
    inflate,
    lit,
    revolve,
)
from ..look import Look
from ..outlines import Point, ellipse, ribbon, rounded, smooth
from ..palette import CHARCOAL, CREAM, GOLD, OAK, WALNUT, darker, mix
from ..patterns import coloured
from ..soft import creases, panel, seam
from .tableware import profile_of, turned, turned_outline

_WOOL = Material(ambient=0.50, diffuse=0.62, edge=0.24)


def lamp(canvas: Canvas, look: Look) -> None:
    """Draw a table lamp, switched on."""
    wide, narrow = look.vary("wide", 0.56, 0.66), look.vary("narrow", 0.28, 0.44)
    top, hem, foot = -0.86, look.vary("hem", -0.12, 0.02), 0.86
    ground(canvas, 0.02, foot + 0.02, 0.34)
    _glow(canvas, (top + hem) / 2)
    brass = Look("yellow", "plain", look.make)
    stem = canvas.region(ribbon([(0, hem - 0.1), (0, foot - 0.3)], 0.055))
    canvas.paint(stem, lit(GOLD, inflate(stem, 0.05), METAL))
    belly = look.vary("belly", 0.20, 0.31)
    body = profile_of(
        [
            (0.05, hem + 0.12),
            (0.07, hem + 0.18),
            (belly, foot - 0.42),
            (belly * 0.75, foot - 0.16),
            (0.13, foot - 0.07),
        ]
    )
    plain = Look(look.colour, "plain", look.make)
    turned(canvas, plain, body, CERAMIC, period=0.2, tilt=0.12)
    base = [(0.20, foot - 0.075), (0.25, foot - 0.05), (0.26, foot)]
    turned(canvas, brass if look.either("brass foot", 0.4) else plain, base, CERAMIC, period=0.2, tilt=0.12)
    profile = [(narrow, top), ((narrow + wide) / 2, (top + hem) / 2), (wide, hem)]
    back = canvas.region(ellipse(0, top, narrow, narrow * 0.12))
    canvas.paint(back, (1.0, 0.95, 0.80))
    where = canvas.region(turned_outline(profile, 0.12) + ellipse(0, top, narrow, narrow * 0.12, 180, 0))
    surface, angle, radius = revolve(where, profile)
    level = where.y - 0.12 * radius * np.cos(angle)
    colours = coloured(
        look.pattern, angle * wide, level, look.base, look.accent, period=0.24, edge=where.edge * 1.2
    )
    shade = lit(colours, surface, Material(ambient=0.66, diffuse=0.30, edge=0.22))
    bulb = np.exp(-((where.x / (wide * 0.62)) ** 2) - ((where.y - (top + hem) / 2 - 0.06) / 0.36) ** 2)
    warm = planes((1.0, 0.86, 0.62))
    shade = shade + (1 - shade) * bulb * 0.34 * warm * (0.35 + 0.65 * colours)
    canvas.paint(where, np.clip(shade, 0, 1).astype(np.float32))
    for y, r in ((top + 0.015, narrow), (hem - 0.015, wide)):
        edge = canvas.region(
            ellipse(0, y - 0.014, r + 0.004, r * 0.12, 0, 180)
            + ellipse(0, y + 0.014, r + 0.004, r * 0.12, 180, 0)
        )
        canvas.paint(edge, darker(look.base, 0.25), 0.75)


def _glow(canvas: Canvas, y: float) -> None:
    """Warm the backdrop round the shade."""
    px, py = canvas.to_pixel(0, y)
    gx = (np.arange(canvas.width, dtype=np.float32)[None, :] - px) / canvas.scale
    gy = (np.arange(canvas.height, dtype=np.float32)[:, None] - py) / canvas.scale
    light = np.exp(-((gx / 0.95) ** 2) - (gy / 0.85) ** 2) * 0.42
    canvas.pixels += (1 - canvas.pixels) * light * planes((1.0, 0.90, 0.62))


def clock(canvas: Canvas, look: Look) -> None:
    """Draw a round wall clock."""
    outer, width = 0.84, look.vary("rim", 0.17, 0.24)
    rim = ellipse(0, 0, outer, outer)
    cast(canvas, rim, offset=(0.06, 0.09), blur=0.07, strength=0.55)
    inner = outer - width
    face = canvas.region(ellipse(0, 0, inner + 0.02, inner + 0.02))
    away = np.sqrt(face.x**2 + face.y**2)
    shade = 0.30 * np.exp(-(inner - np.sqrt((face.x + 0.03) ** 2 + (face.y + 0.045) ** 2)).clip(0) / 0.05)
    dial = (0.975, 0.965, 0.945) if look.either("pale dial", 0.8) else mix(CREAM, (0.9, 0.8, 0.62), 0.5)
    canvas.paint(face, planes(dial) * (1.0 - shade - 0.03 * away))
    _dial(canvas, look, inner)
    ring = canvas.region(rim, holes=[ellipse(0, 0, inner, inner)])
    away = np.sqrt(ring.x**2 + ring.y**2)
    across = np.clip((away - inner) / width * 2 - 1, -1, 1) * 0.92
    safe = np.maximum(away, 1e-3)
    lift = np.sqrt(1 - across**2)
    surface = Surface(ring.x / safe * across, ring.y / safe * across, lift)
    around = np.arctan2(ring.y, ring.x) * (0.75 * 24 * 0.2 / (2 * math.pi * 0.75)) * outer / outer
    colours = coloured(
        look.pattern,
        around,
        away - inner - width / 2 + 0.1,
        look.base,
        look.accent,
        period=0.2,
        edge=ring.edge * 0.9,
        upright=True,
    )
    canvas.paint(
        ring, lit(colours, surface, Material(ambient=0.52, diffuse=0.56, edge=0.22, gloss=0.35, spread=0.24))
    )
    glass = canvas.region(
        smooth(
            [(-0.50, -0.30), (-0.30, -0.50), (0.0, -0.60), (-0.22, -0.32), (-0.42, 0.02), (-0.58, 0.02)],
            closed=True,
        )
    )
    canvas.paint(glass, (1, 1, 1), 0.16)


def _dial(canvas: Canvas, look: Look, radius: float) -> None:
    numerals = look.either("numerals", 0.65)
    for hour in range(12):
        a = math.radians(hour * 30 - 90)
        c, s = math.cos(a), math.sin(a)
        if numerals:
            text = canvas.lettering(str(hour or 12), c * radius * 0.80, s * radius * 0.80, 0.15)
            canvas.paint(text, CHARCOAL, 0.92)
        else:
            long = 0.76 if hour % 3 == 0 else 0.84
            mark = ribbon(
                [(c * radius * long, s * radius * long), (c * radius * 0.93, s * radius * 0.93)],
                0.034 if hour % 3 == 0 else 0.022,
            )
            canvas.paint(canvas.region(mark), CHARCOAL)
    minutes = [_tick(minute * 6, radius) for minute in range(60) if minute % 5]
    canvas.paint(canvas.region(minutes[0], also=minutes[1:]), CHARCOAL, 0.7)
    hours, past = 10 + look.vary("hour", -3, 3), look.vary("minute", 4, 16)
    hands = ((hours * 30 + past / 2, 0.50, 0.052, CHARCOAL), (past * 6, 0.76, 0.036, CHARCOAL))
    second = (look.vary("second", 120, 240), 0.80, 0.014, (0.80, 0.18, 0.15))
    for degrees, length, width, colour in (*hands, second):
        a = math.radians(degrees - 90)
        tip = (math.cos(a) * radius * length, math.sin(a) * radius * length)
        tail = (-math.cos(a) * radius * 0.14, -math.sin(a) * radius * 0.14)
        hand = ribbon([tail, tip], [width, width * 0.55])
        canvas.paint(canvas.region([(x + 0.012, y + 0.022) for x, y in hand]), (0.2, 0.18, 0.16), 0.22)
        canvas.paint(canvas.region(hand), colour)
    canvas.paint(canvas.region(ellipse(0, 0, 0.038, 0.038)), (0.80, 0.18, 0.15))


def _tick(degrees: float, radius: float) -> list[Point]:
    a = math.radians(degrees)
    c, s = math.cos(a) * radius, math.sin(a) * radius
    return ribbon([(c * 0.935, s * 0.935), (c * 0.965, s * 0.965)], 0.011)


def cushion(canvas: Canvas, look: Look) -> None:
    """Draw a square throw cushion standing up."""
    w, h = 0.80, 0.80 * look.vary("h", 0.86, 1.0)
    pinch = look.vary("pinch", 0.90, 0.96)
    outline = smooth(
        [
            (-w, -h, "c"),
            (0, -h * pinch),
            (w, -h, "c"),
            (w * pinch, 0),
            (w, h, "c"),
            (0, h * 0.99),
            (-w, h, "c"),
            (-w * pinch, 0),
        ],
        closed=True,
    )
    ground(canvas, 0.03, h * 0.97, w * 0.98, ry=0.10)
    place = canvas.region(outline)
    bend = creases(place, look.make, (5, 5), 0.22)
    corner = np.exp(-((np.abs(place.x) - w) ** 2 + (np.abs(place.y) - h) ** 2) / 0.10)
    twist = np.sin((np.abs(place.x) * h - np.abs(place.y) * w) * 26) * corner * 0.30
    where = panel(
        canvas,
        look,
        outline,
        radius=0.9,
        period=0.27,
        depth=0.9,
        material=_WOOL,
        bend=(bend[0] + twist * np.sign(place.x), bend[1] - twist * np.sign(place.y)),
    )
    if look.either("piping", 0.45):
        colour = (
            look.accent if look.pattern != "plain" and look.either("contrast") else darker(look.base, 0.12)
        )
        piping = canvas.region(
            ribbon([(p[0], p[1], "c") for p in outline[::3]] + [(outline[0][0], outline[0][1], "c")], 0.04)
        )
        canvas.paint(piping, lit(colour, inflate(piping, 0.05), _WOOL))
    if look.either("button", 0.3):
        dimple = canvas.region(ellipse(0, 0, 0.3, 0.3), clip=where)
        canvas.darken(dimple, 0.38 * np.exp(-np.sqrt(dimple.x**2 + dimple.y**2) / 0.08))
        knob = canvas.region(ellipse(0, 0, 0.06, 0.06))
        canvas.paint(knob, lit(darker(look.base, 0.1), inflate(knob, 0.06), _WOOL))


def sofa(canvas: Canvas, look: Look) -> None:
    """Draw a two-seater sofa from the front."""
    half, arm = look.vary("half", 0.92, 1.0), look.vary("arm", 0.17, 0.25)
    top, foot = look.vary("top", -0.50, -0.40), 0.60
    inner = half - arm
    ground(canvas, 0.02, foot + 0.05, half * 0.98, ry=0.13, strength=0.9)
    wood = WALNUT if look.either("walnut") else OAK
    for x in (-half + 0.13, half - 0.13):
        lean = 0.03 if x > 0 else -0.03
        leg = canvas.region(ribbon([(x, foot - 0.14), (x + lean, foot + 0.07)], [0.075, 0.045]))
        canvas.paint(leg, lit(wood, inflate(leg, 0.05), METAL))
    r = look.vary("corner", 0.06, 0.16)
    panel(
        canvas,
        look,
        rounded(-half + 0.06, top, half - 0.06, 0.3, r),
        radius=0.12,
        material=_WOOL,
        period=0.16,
    )
    seats = 2 if look.either("two", 0.75) else 3
    step = 2 * inner / seats
    for i in range(seats):
        left = -inner + i * step
        box = rounded(left + 0.004, top + 0.09, left + step - 0.004, 0.26, 0.09)
        place = canvas.region(box)
        low = 0.42 * np.exp(-np.clip(0.17 - place.y, 0, None) / 0.07)
        panel(
            canvas,
            look,
            box,
            radius=0.30,
            depth=0.9,
            material=_WOOL,
            period=0.16,
            occlusion=low + 0 * place.x,
            bend=creases(place, f"{look.make} back {i}", (4, 4), 0.10),
        )
    panel(
        canvas,
        look,
        rounded(-inner - 0.04, 0.30, inner + 0.04, foot - 0.07, 0.03),
        radius=0.08,
        material=_WOOL,
        period=0.16,
        occlusion=0.16,
    )
    for i in range(seats):
        left = -inner + i * step
        box = rounded(left + 0.003, 0.13, left + step - 0.003, 0.37, 0.07)
        place = canvas.region(box)
        lift = -0.75 * np.clip((0.25 - place.y) / 0.10, 0, 1) + 0 * place.x
        panel(canvas, look, box, radius=0.10, material=_WOOL, period=0.16, bend=(0.0, lift))
        seam(canvas, [(left + 0.05, 0.245), (left + step - 0.05, 0.245)], look.base, width=0.01)
    for side in (-1, 1):
        lo, hi = sorted((side * inner * 0.985, side * half))
        box = rounded(lo, top + look.vary("armtop", 0.26, 0.34), hi, foot - 0.05, min(r + 0.02, arm * 0.45))
        place = canvas.region(box)
        low = 0.25 * np.exp(-np.clip(foot - 0.05 - place.y, 0, None) / 0.07) + 0 * place.x
        panel(canvas, look, box, radius=0.13, material=_WOOL, period=0.16, occlusion=low)
