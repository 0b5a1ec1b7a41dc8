"""Clothing: T-shirts, dresses and hats."""

from __future__ import annotations

import numpy as np

from ..canvas import Array, Canvas, Region, planes
from ..lighting import CLOTH, Material, Surface, cast, ground, inflate, lit, revolve
from ..look import Look
from ..outlines import Knot, ellipse, mirrored, ribbon, smooth
from ..palette import CREAM, RGB, darker, mix
from ..patterns import coloured
from ..soft import Bend, creases, paint_cloth, panel, seam, stitches
from .tableware import profile_of, turned_outline

_FELT = Material(ambient=0.50, diffuse=0.58, edge=0.22)


def _added(*bends: Bend) -> Bend:
    return sum(b[0] for b in bends), sum(b[1] for b in bends)


def t_shirt(canvas: Canvas, look: Look) -> None:
    """Draw a T-shirt laid out flat."""
    w = look.vary("w", 0.47, 0.53)
    sleeve = look.vary("sleeve", 0.0, 0.10)
    hem = look.vary("hem", 0.80, 0.92)
    neck_w = look.vary("neck", 0.19, 0.23)
    v_neck = look.either("v-neck", 0.25)
    dip = -0.42 if v_neck else look.vary("dip", -0.60, -0.55)
    centre: list[Knot] = [(0, dip, "c")] if v_neck else [(0, dip), (neck_w * 0.62, dip - 0.055)]
    right: list[Knot] = [
        *centre,
        (neck_w, -0.80, "c"),
        (w * 0.95, -0.69),
        (0.92 - sleeve, -0.22, "c"),
        (0.68 - sleeve, -0.03, "c"),
        (w * 0.98, -0.30, "c"),
        (w * 0.97, 0.25),
        (w * 1.03, hem - 0.01, "c"),
        (w * 0.4, hem + 0.015),
        (0, hem + 0.015),
    ]
    outline = mirrored(right)
    back = smooth(
        [
            (-neck_w, -0.80, "c"),
            (0, -0.755),
            (neck_w, -0.80, "c"),
            (0.16, -0.5),
            (0, dip + 0.05),
            (-0.16, -0.5),
        ],
        closed=True,
    )
    cast(canvas, outline, offset=(0.03, 0.045), blur=0.05, strength=0.55)
    inner = canvas.region(back)
    tone = 0.50 + 0.28 * np.clip((inner.y + 0.80) / 0.3, 0, 1) + 0 * inner.x
    canvas.paint(inner, planes(look.base) * tone)
    canvas.paint(
        canvas.region(
            ribbon([(-neck_w + 0.01, -0.785), (0, -0.745), (neck_w - 0.01, -0.785)], 0.05), clip=inner
        ),
        darker(look.base, 0.25),
    )
    canvas.paint(
        canvas.region([(-0.05, -0.72), (0.05, -0.72), (0.05, -0.655), (-0.05, -0.655)], clip=inner),
        CREAM,
        0.85,
    )
    place = canvas.region(outline)
    pull = np.sin((place.x * np.sign(place.x) * 1.1 + place.y * 0.75) * 21 + 1) * 0.13
    pull = pull * np.exp(-(((np.abs(place.x) - w) / 0.20) ** 2) - ((place.y + 0.22) / 0.22) ** 2)
    bend = _added(
        creases(place, look.make, (4, 7), 0.17),
        creases(place, look.make + "b", (9, 9), 0.05),
        (pull * np.sign(place.x), pull),
    )
    shirt = panel(canvas, look, outline, radius=0.11, depth=0.8, period=0.19, bend=bend)
    for side in (-1, 1):
        seam(
            canvas,
            [(side * w * 0.90, -0.70), (side * w * 0.84, -0.50), (side * w * 0.98, -0.31)],
            look.base,
            clip=shirt,
        )
        stitches(
            canvas,
            [(side * (0.885 - sleeve), -0.245), (side * (0.655 - sleeve), -0.075)],
            darker(look.base, 0.35),
            clip=shirt,
        )
    stitches(
        canvas, [(-w, hem - 0.05), (0, hem - 0.035), (w, hem - 0.05)], darker(look.base, 0.35), clip=shirt
    )
    line = [*centre, (neck_w + 0.012, -0.815, "c")]
    spine: list[Knot] = [(-k[0], *k[1:]) for k in line[::-1] if k[0] > 0] + line
    collar = canvas.region(ribbon(spine, 0.055))
    rib = look.accent if look.pattern == "plain" and look.either("ringer", 0.2) else darker(look.base, 0.06)
    canvas.paint(collar, lit(rib, inflate(collar, 0.05), CLOTH))


def dress(canvas: Canvas, look: Look) -> None:
    """Draw a summer dress, without a model."""
    waist_w, bust = look.vary("waist", 0.215, 0.25), look.vary("bust", 0.31, 0.34)
    waist = look.vary("waist y", -0.28, -0.18)
    hem, flare = look.vary("hem", 0.74, 0.93), look.vary("flare", 0.50, 0.66)
    straps = look.either("straps", 0.35)
    shoulder = 0.25 if straps else 0.34
    skirt_right: list[Knot] = [
        (0, waist),
        (waist_w, waist, "c"),
        (waist_w + (flare - waist_w) * 0.42, waist + (hem - waist) * 0.36),
        (flare, hem - 0.07, "c"),
    ]
    folds = 5 if look.either("full", 0.5) else 7
    for i in range(folds, -1, -1):
        skirt_right.append(
            (
                flare * i / folds * 0.98,
                hem - 0.07 + 0.07 * (1 - (i / folds) ** 2) + (0.018 if i % 2 else -0.012),
            )
        )
    skirt = mirrored(skirt_right)
    neck = look.vary("neck", -0.66, -0.56)
    bodice = mirrored(
        [
            (0, neck),
            (shoulder * 0.55, neck - 0.10),
            (shoulder - 0.075, -0.90, "c"),
            (shoulder, -0.895, "c"),
            (bust - 0.04, -0.68),
            (bust, -0.56),
            (bust - 0.03, -0.44),
            (waist_w, waist + 0.01, "c"),
            (0, waist + 0.015),
        ]
    )
    for part in (skirt, bodice):
        cast(canvas, part, offset=(0.04, 0.05), blur=0.06, strength=0.42)
    if not straps:
        for side in (-1, 1):
            _sleeve(canvas, look, side, shoulder, bust)
    back = smooth([(-shoulder + 0.03, -0.89), (0, -0.82), (shoulder - 0.03, -0.89)])
    low = neck + 0.06
    inner = canvas.region([*back, (shoulder - 0.05, low), (0, low), (-shoulder + 0.05, low)])
    canvas.paint(inner, darker(look.base, 0.48))
    place = canvas.region(skirt)
    down = np.clip((place.y - waist) / (hem - waist), 0, 1)
    half = waist_w + (flare - waist_w) * down**0.85
    phase = look.vary("phase", -1, 1)
    s = place.x / half
    wave = np.sin(s * folds * 3.1416 + phase + 0.8 * np.sin(s * 5 + phase)) * (0.12 + 0.34 * down)
    surface = inflate(place, 0.5, 0.8).bent(wave, -0.10 * down + 0 * place.x)
    cover = 0.30 * np.clip(-np.sin(s * folds * 3.1416 + phase + 0.6), 0, 1) * down + 0.22 * np.exp(
        -down / 0.05
    )
    colours = coloured(
        look.pattern,
        s * (0.40 + 0.14 * down),
        place.y + wave * 0.02,
        look.base,
        look.accent,
        period=0.17,
        edge=place.edge,
    )
    canvas.paint(place, lit(colours, surface, CLOTH, cover))
    where = canvas.region(bodice)
    bust_round = [
        np.exp(-(((where.x - side * bust * 0.48) / 0.13) ** 2) - ((where.y + 0.50) / 0.13) ** 2)
        for side in (-1, 1)
    ]
    lift = sum((where.x - side * bust * 0.48) * b for side, b in zip((-1, 1), bust_round, strict=True)) * 2.2
    drop = sum((where.y + 0.50) * b for b in bust_round) * 2.2
    surface = inflate(where, 0.35).bent(lift, drop)
    paint_cloth(canvas, look, where, surface, 0.17)
    seam(canvas, [(-bust * 0.55, waist), (-bust * 0.5, -0.42)], look.base, width=0.008, clip=where)
    seam(canvas, [(bust * 0.55, waist), (bust * 0.5, -0.42)], look.base, width=0.008, clip=where)
    belt = canvas.region(
        ribbon(
            [(-waist_w - 0.008, waist - 0.005), (0, waist + 0.012), (waist_w + 0.008, waist - 0.005)], 0.07
        )
    )
    tone = darker(look.base, 0.30) if look.pattern == "plain" or look.either("tonal") else look.accent
    canvas.paint(belt, lit(tone, inflate(belt, 0.2), CLOTH))


def _sleeve(canvas: Canvas, look: Look, side: int, shoulder: float, bust: float) -> None:
    outline = smooth(
        [
            (side * (shoulder - 0.10), -0.89, "c"),
            (side * (shoulder + 0.06), -0.86),
            (side * (shoulder + 0.17), -0.66),
            (side * (shoulder + 0.19), -0.55, "c"),
            (side * (bust - 0.01), -0.50, "c"),
            (side * (bust - 0.09), -0.66),
        ],
        closed=True,
    )
    place = canvas.region(outline)
    panel(
        canvas,
        look,
        outline,
        radius=0.12,
        period=0.17,
        bend=creases(place, f"{look.make}{side}", (4, 5), 0.2),
        occlusion=0.06,
    )


def hat(canvas: Canvas, look: Look) -> None:
    """Draw a brimmed hat with a ribbon."""
    turn, brim = look.vary("turn", 0.02, 0.22), look.vary("brim", 0.88, 1.0)
    tall, wide = look.vary("tall", 0.52, 0.66), look.vary("wide", 0.46, 0.52)
    level = 0.30
    ground(canvas, 0.03, level + 0.20, brim * 0.92, ry=0.11, strength=0.85)
    front = level + 0.235
    edge = smooth(
        [
            (-brim, level - turn, "c"),
            (-brim * 0.62, front - 0.07 - turn * 0.1),
            (0, front),
            (brim * 0.62, front - 0.07 - turn * 0.1),
            (brim, level - turn, "c"),
            (brim * 0.62, level - 0.15),
            (0, level - 0.20),
            (-brim * 0.62, level - 0.15),
        ],
        closed=True,
    )
    place = canvas.region(edge)
    side = place.x / brim
    shadow = 0.50 * np.exp(
        -((((place.x - 0.05) / (wide * 1.12)) ** 2 + ((place.y - level - 0.05) / 0.105) ** 2) ** 1.4)
    )
    bend: Bend = (side**3 * 0.8 * turn * 3, -0.30 + 0.35 * np.abs(side) ** 2)
    panel(
        canvas, look, edge, radius=0.09, depth=0.55, material=_FELT, period=0.22, bend=bend, occlusion=shadow
    )
    rim = canvas.region(
        ribbon(
            [
                (-brim, level - turn),
                (-brim * 0.62, front - 0.07 - turn * 0.1),
                (0, front),
                (brim * 0.62, front - 0.07 - turn * 0.1),
                (brim, level - turn),
            ],
            [0.006, 0.022, 0.022, 0.022, 0.006],
        )
    )
    canvas.paint(rim, mix(look.base, (1, 1, 1), 0.16), 0.8)
    _crown(canvas, look, level, tall, wide)


def _crown(canvas: Canvas, look: Look, level: float, tall: float, wide: float) -> None:
    top = level - tall - 0.12
    dent = look.vary("dent", 0.0, 0.10)
    profile = profile_of(
        [(wide * 0.56, top), (wide * 0.76, top + 0.06), (wide * 0.88, top + 0.24), (wide, level)]
    )
    crest = smooth(
        [
            (-wide * 0.56, top, "c"),
            (-wide * 0.32, top - 0.065),
            (0, top - 0.05 + dent),
            (wide * 0.32, top - 0.065),
            (wide * 0.56, top, "c"),
        ]
    )
    outline = (
        crest
        + turned_outline(profile, 0.17)[: len(profile)]
        + ellipse(0, level, wide, wide * 0.17, 0, 180)
        + [(-r, y) for r, y in profile[::-1]]
    )
    where = canvas.region(outline)
    surface, angle, radius = revolve(where, profile)
    up = np.clip((top + 0.13 - where.y) / 0.20, 0, 1) + 0 * where.x
    pinch = [
        np.exp(-(((where.x - s * wide * 0.42) / 0.13) ** 2) - ((where.y - top - 0.14) / 0.16) ** 2)
        for s in (-1, 1)
    ]
    hollow = sum(-(where.x - s * wide * 0.42) * p for s, p in zip((-1, 1), pinch, strict=True)) * 5
    surface = surface.bent(hollow, -0.7 * up)
    ys = where.y - 0.17 * radius * np.cos(angle)
    colours = coloured(look.pattern, angle * wide, ys, look.base, look.accent, period=0.22, edge=where.edge)
    canvas.paint(where, lit(colours, surface, _FELT, 0.12 * sum(pinch)))
    _ribbon(canvas, look, where, level, wide)


def _ribbon(canvas: Canvas, look: Look, crown: Region, level: float, wide: float) -> None:
    high = look.vary("ribbon", 0.12, 0.18)
    arc = [
        (-wide * 1.02, level - high),
        *((x, y - high) for x, y in ellipse(0, level, wide, wide * 0.17, 180, 0)),
    ]
    band = canvas.region(arc + ellipse(0, level + 0.02, wide * 1.02, wide * 0.17, 0, 180), clip=crown)
    tone: RGB = (0.15, 0.14, 0.15) if look.colour != "black" else (0.70, 0.66, 0.58)
    u = np.clip(band.x / wide, -0.99, 0.99)
    weave: Array = 0.03 * np.sin(band.y * 260) + 0 * band.x
    canvas.paint(band, lit(tone, Surface(u, 0 * u + 0 * band.y, np.sqrt(1 - u * u)), _FELT, weave))
