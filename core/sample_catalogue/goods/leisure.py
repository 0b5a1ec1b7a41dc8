"""Things for going out: umbrellas and guitars."""

from __future__ import annotations

import math

import numpy as np

from ..canvas import Canvas, planes
from ..lighting import LACQUER, METAL, Material, Surface, cast, inflate, lit
from ..look import Look
from ..outlines import Knot, Point, ellipse, mirrored, ribbon, rounded, smooth
from ..palette import CREAM, OAK, STEEL, WALNUT, darker, mix
from ..patterns import coloured
from ..soft import paint_cloth
from .tableware import tube

_NYLON = Material(ambient=0.50, diffuse=0.58, edge=0.16, gloss=0.10, spread=0.4)


def umbrella(canvas: Canvas, look: Look) -> None:
    """Draw an open umbrella from the side."""
    top, hem, wide = -0.78, look.vary("hem", -0.06, 0.06), look.vary("wide", 0.92, 1.0)
    gores = 6
    canopy = ellipse(0, hem, wide, hem - top, 180, 360)
    cast(canvas, canopy, offset=(0.10, 0.14), blur=0.10, strength=0.36)
    cast(canvas, ribbon([(0, hem), (0, 0.85)], 0.05), offset=(0.08, 0.10), blur=0.05, strength=0.30)
    tips = [wide * math.sin(math.radians(-90 + 180 * i / gores)) for i in range(gores + 1)]
    open_by = look.vary(
        "open", 0.11, 0.16
    )  # seen from a little below: the near hem is higher than the far one
    lift = [hem - open_by * math.sqrt(max(1 - (t / wide) ** 2, 0)) for t in tips]
    _underside(canvas, look, tips, hem, open_by)
    pole = canvas.region(ribbon([(0, hem - 0.3), (0, 0.62)], 0.036))
    canvas.paint(pole, lit(STEEL, inflate(pole, 0.04), METAL))
    wood = WALNUT if look.either("walnut", 0.6) else OAK
    hook = look.vary("hook", 0.10, 0.14)
    crook = [(0, 0.42), (0, 0.70), (0.02, 0.80), (hook, 0.87), (2 * hook - 0.02, 0.80), (2 * hook, 0.70)]
    tube(canvas, crook, 0.066, wood, LACQUER)
    for i in range(gores):
        _gore(canvas, look, i, gores, tips, lift, top)
    ferrule = canvas.region(ribbon([(0, top - 0.13), (0, top + 0.02)], [0.016, 0.05]))
    canvas.paint(ferrule, lit(STEEL, inflate(ferrule, 0.04), METAL))
    for x, y in zip(tips, lift, strict=True):
        bead = canvas.region(ellipse(x, y + 0.008, 0.016, 0.016))
        canvas.paint(bead, lit(STEEL, inflate(bead, 0.02), METAL))


def _underside(canvas: Canvas, look: Look, tips: list[float], hem: float, open_by: float) -> None:
    """Paint the dark inside below the near hem: far panels, ribs, and the stretchers that hold them."""
    wide = tips[-1]
    far = [hem + open_by * math.sqrt(max(1 - (t / wide) ** 2, 0)) for t in tips]
    knots: list[Knot] = [(tips[0], far[0], "c")]
    for i in range(len(tips) - 1):
        knots.append(((tips[i] + tips[i + 1]) / 2, (far[i] + far[i + 1]) / 2 - 0.012))
        knots.append((tips[i + 1], far[i + 1], "c"))
    where = canvas.region([*smooth(knots), (0, hem - open_by * 1.2)])
    depth = np.clip((where.y - hem + open_by) / (2 * open_by), 0, 1)
    canvas.paint(where, planes(darker(look.base, 0.30)) * (0.52 + 0.36 * depth))
    ribs = [ribbon([(t, y), (0, hem - 0.5)], 0.014) for t, y in zip(tips, far, strict=True)]
    canvas.paint(canvas.region(ribs[0], also=ribs[1:], clip=where), (0.10, 0.10, 0.11), 0.85)
    struts = [ribbon([(t * 0.62, y - 0.12), (0, hem + 0.05)], 0.012) for t, y in zip(tips, far, strict=True)]
    canvas.paint(canvas.region(struts[0], also=struts[1:], clip=where), STEEL, 0.8)


def _gore(
    canvas: Canvas, look: Look, i: int, gores: int, tips: list[float], lift: list[float], top: float
) -> None:
    """Paint one panel: bulging between its ribs, darker in the valleys beside them."""
    left, right = _rib(tips[i], lift[i], top), _rib(tips[i + 1], lift[i + 1], top)
    middle = ((tips[i] + tips[i + 1]) / 2, (lift[i] + lift[i + 1]) / 2 - 0.035)
    scallop = smooth([(tips[i], lift[i]), middle, (tips[i + 1], lift[i + 1])])
    where = canvas.region(left + scallop[1:-1] + right[::-1])
    y = np.array([p[1] for p in left])
    lo = np.interp(where.y, y, [p[0] for p in left]).astype(np.float32)
    hi = np.interp(where.y, np.array([p[1] for p in right]), [p[0] for p in right]).astype(np.float32)
    across = np.clip((where.x - lo) / np.maximum(hi - lo, 1e-3), 0, 1)
    down = np.clip((where.y - top) / (lift[i] - top), 0, 1.1)
    angle = math.pi * ((i + across) / gores - 0.5)
    slope = np.sin(np.minimum(down, 1) * 1.15)
    nx = np.sin(angle) * slope + (across - 0.5) * 0.55
    ny = -np.cos(np.minimum(down, 1) * 1.15)
    nz = np.cos(angle) * slope + 0.25
    length = np.sqrt(nx * nx + ny * ny + nz * nz)
    surface = Surface(nx / length, ny / length, nz / length)
    valley = 0.30 * np.exp(-np.minimum(across, 1 - across) / 0.05) + 0.10 * np.clip(down - 0.75, 0, 1)
    alternate = look.pattern == "striped"
    base = look.accent if alternate and i % 2 else look.base
    # Lengths along the cloth, not along the picture: towards the crown the dome turns away from the camera.
    u, v = angle * 0.74, np.arccos(np.clip(1 - down, -1, 1)) * 0.66
    colours = coloured(
        "plain" if alternate else look.pattern, u, v, base, look.accent, period=0.2, edge=where.edge * 1.2
    )
    canvas.paint(where, lit(colours, surface, _NYLON, valley))


def _rib(x: float, y: float, top: float) -> list[Point]:
    """Return the curve of a rib from the crown to its tip."""
    out: list[Point] = []
    for step in range(17):
        t = step / 16
        out.append((x * math.sin(t * math.pi / 2) ** 0.92, top + (y - top) * (1 - math.cos(t * math.pi / 2))))
    return out


def guitar(canvas: Canvas, look: Look) -> None:
    """Draw an acoustic guitar."""
    lower, upper, waist = (
        look.vary("lower", 0.42, 0.46),
        look.vary("upper", 0.30, 0.34),
        look.vary("waist", 0.235, 0.27),
    )
    top, foot = -0.02, 0.96
    body = mirrored(
        [
            (0, top),
            (upper * 0.62, top + 0.02),
            (upper, top + 0.20),
            (waist, top + 0.40),
            (lower * 0.90, top + 0.58),
            (lower, top + 0.74),
            (lower * 0.74, foot - 0.04),
            (0, foot),
        ]
    )
    head = [
        (-0.055, -0.70),
        (-0.095, -0.76),
        (-0.08, -0.985),
        (0.0, -0.965),
        (0.08, -0.985),
        (0.095, -0.76),
        (0.055, -0.70),
    ]
    neck = [(-0.046, -0.72), (0.046, -0.72), (0.062, 0.18), (-0.062, 0.18)]
    for part in (body, head, neck):
        cast(canvas, part, offset=(0.04, 0.05), blur=0.045, strength=0.5)
    where = canvas.region(body)
    away = np.clip(inflate(where, 0.5, 0.5).nz, 0, 1)
    surface = inflate(where, 0.035, 0.6).bent(-0.12 + 0.10 * where.x, -0.10 + 0.22 * (where.y - 0.4))
    paint_cloth(canvas, look, where, surface, 0.16, LACQUER, occlusion=0.42 * np.clip(0.86 - away, 0, 1))
    binding = canvas.region(body, holes=[[(x * 0.955, 0.47 + (y - 0.47) * 0.965) for x, y in body]])
    canvas.paint(binding, lit(CREAM, inflate(binding, 0.03), LACQUER))
    hole = top + 0.36
    for r, colour in ((0.155, WALNUT), (0.146, CREAM), (0.137, WALNUT), (0.118, (0.05, 0.035, 0.03))):
        canvas.paint(canvas.region(ellipse(0, hole, r, r)), colour)
    depth = canvas.region(ellipse(0, hole, 0.115, 0.115))
    canvas.darken(depth, 0.5 + 0 * depth.mask)
    if look.either("pickguard", 0.6):
        guard = canvas.region(
            smooth(
                [
                    (0.10, hole + 0.10),
                    (0.20, hole - 0.02),
                    (0.24, hole + 0.14),
                    (0.20, hole + 0.28),
                    (0.10, hole + 0.20),
                ],
                closed=True,
            ),
            clip=where,
        )
        canvas.paint(guard, lit((0.10, 0.07, 0.06), inflate(guard, 0.03), LACQUER), 0.92)
    bridge = canvas.region(rounded(-0.17, foot - 0.27, 0.17, foot - 0.20, 0.03))
    canvas.paint(canvas.region(rounded(-0.165, foot - 0.25, 0.18, foot - 0.18, 0.03)), (0, 0, 0), 0.25)
    canvas.paint(bridge, lit(darker(WALNUT, 0.35), inflate(bridge, 0.04), LACQUER))
    canvas.paint(canvas.region(ribbon([(-0.10, foot - 0.245), (0.10, foot - 0.245)], 0.014)), CREAM)
    _neck(canvas, look, head, neck, foot - 0.245)


def _neck(canvas: Canvas, look: Look, head: list[Point], neck: list[Point], saddle: float) -> None:
    stock = canvas.region(head)
    for side in (-1, 1):
        for i in range(3):
            y = -0.79 - 0.065 * i
            peg = canvas.region(ribbon([(side * 0.08, y), (side * 0.135, y)], [0.02, 0.04]))
            canvas.paint(peg, lit(STEEL, inflate(peg, 0.03), METAL))
    canvas.paint(stock, lit(mix(darker(WALNUT, 0.2), look.base, 0.35), inflate(stock, 0.03), LACQUER))
    board = canvas.region(neck)
    canvas.paint(board, lit((0.20, 0.13, 0.10), inflate(board, 0.06), LACQUER))
    lines = [_bar(-0.70 + (0.87 * (1 - 2 ** (-n / 12)) / (1 - 2 ** (-17 / 12)))) for n in range(1, 18)]
    canvas.paint(canvas.region(lines[0], also=lines[1:]), STEEL, 0.8)
    dots = [
        ellipse(0, -0.70 + 0.87 * (1 - 2 ** (-(n - 0.5) / 12)) / (1 - 2 ** (-17 / 12)), 0.011, 0.011)
        for n in (3, 5, 7, 9, 12)
    ]
    canvas.paint(canvas.region(dots[0], also=dots[1:]), CREAM)
    canvas.paint(canvas.region(ribbon([(-0.05, -0.70), (0.05, -0.70)], 0.018)), CREAM)
    strings = [ribbon([((i - 2.5) * 0.015, -0.70), ((i - 2.5) * 0.03, saddle)], 0.0055) for i in range(6)]
    strings += [
        ribbon(
            [((i - 2.5) * 0.015, -0.70), ((-1 if i < 3 else 1) * 0.045, -0.79 - 0.065 * min(i, 5 - i))], 0.005
        )
        for i in range(6)
    ]
    canvas.paint(canvas.region(strings[0], also=strings[1:]), (0.86, 0.83, 0.76), 0.85)


def _bar(y: float) -> list[Point]:
    half = 0.046 + 0.016 * (y + 0.72) / 0.90
    return ribbon([(-half, y), (half, y)], 0.009)
