"""Tableware: mugs, teapots, bottles and vases, all turned from a profile."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..canvas import Array, Canvas, Region, planes
from ..lighting import CERAMIC, METAL, Material, Surface, ground, inflate, lit, revolve
from ..look import Look
from ..outlines import Knot, Point, ellipse, ribbon, smooth
from ..palette import CREAM, LEAF, RGB, STEEL, darker, mix
from ..patterns import coloured

TILT = 0.17  # the camera looks down a little: circles show as ellipses this flat


def turned_outline(profile: Sequence[Point], tilt: float = TILT) -> list[Point]:
    """Return the silhouette of a turned body whose foot shows as half an ellipse."""
    right = [(r, y) for r, y in profile]
    foot_radius, foot = profile[-1]
    return (
        right + ellipse(0, foot, foot_radius, foot_radius * tilt, 0, 180) + [(-r, y) for r, y in right[::-1]]
    )


def turned(
    canvas: Canvas,
    look: Look,
    profile: Sequence[Point],
    material: Material,
    *,
    period: float,
    tilt: float = TILT,
) -> tuple[Region, Surface]:
    """Paint a turned body in the look's pattern and return where it lies."""
    where = canvas.region(turned_outline(profile, tilt))
    surface, angle, radius = revolve(where, profile)
    around = angle * float(np.max([r for r, _ in profile]))
    level = where.y - tilt * radius * np.cos(angle)
    colours = coloured(
        look.pattern, around, level, look.base, look.accent, period=period, edge=where.edge * 1.3
    )
    canvas.paint(where, lit(colours, surface, material, _low(where, profile)))
    return where, surface


def _low(where: Region, profile: Sequence[Point]) -> Array:
    """Return the light that the table takes from the foot of a body."""
    foot = profile[-1][1]
    return np.asarray(0.34 * np.exp(-np.clip(foot - where.y, 0, None) / 0.09) + 0 * where.x, np.float32)


def tube(
    canvas: Canvas, spine: Sequence[Knot], width: float | Sequence[float], colour: RGB, material: Material
) -> None:
    """Paint a bent tube: a handle, a spout, a stem."""
    widest = width if isinstance(width, (int, float)) else max(width)
    where = canvas.region(ribbon(spine, width))
    canvas.paint(where, lit(colour, inflate(where, float(widest) * 0.8), material))


def profile_of(knots: Sequence[Knot]) -> list[Point]:
    """Return a profile (radius, y) smoothed through ``knots``."""
    return smooth(knots)


def opening(canvas: Canvas, y: float, radius: float, wall: float, rim: RGB, inside: RGB) -> Region:
    """Paint the open top of a vessel and return the hole."""
    outer = canvas.region(ellipse(0, y, radius, radius * TILT))
    canvas.paint(outer, lit(rim, Surface(outer.x * 0, outer.x * 0 - 0.25, outer.x * 0 + 0.97), CERAMIC))
    hole = canvas.region(ellipse(0, y + wall * 0.1, radius - wall, (radius - wall) * TILT * 0.94))
    depth = (hole.y - y) / (radius * TILT) * 0.5 + 0.5  # 0 at the back wall, 1 at the front lip
    side = hole.x / radius
    tone = np.clip(0.62 + 0.24 * depth + 0.22 * side, 0, 1)
    canvas.paint(hole, planes(inside) * tone)
    return hole


def mug(canvas: Canvas, look: Look) -> None:
    """Draw a coffee mug."""
    tall, taper = look.vary("tall", 0.50, 0.68), look.vary("taper", -0.05, 0.07)
    top, foot, r = -tall, 0.74, 0.60
    belly = look.vary("belly", 0.0, 0.05)
    profile = profile_of(
        [
            (r, top),
            (r + belly - taper * 0.4, top * 0.2),
            (r + belly - taper, foot - 0.25),
            (r - taper - 0.05, foot - 0.04),
            (r - taper - 0.10, foot),
        ]
    )
    ground(canvas, 0.02, foot + 0.06, r * 0.95)
    reach, drop = look.vary("reach", 0.34, 0.46), look.vary("drop", 0.36, 0.5)
    plain = look.base if look.either("matching", 0.75) or look.pattern == "plain" else look.accent
    tube(
        canvas,
        [
            (r - 0.08, top + 0.22),
            (r + reach * 0.75, top + 0.20),
            (r + reach, top + 0.42),
            (r + reach * 0.78, top + 0.42 + drop * 0.8),
            (r - 0.10 - taper, top + 0.62 + drop),
        ],
        [0.17, 0.15, 0.135, 0.135, 0.14, 0.17],
        plain,
        CERAMIC,
    )
    turned(canvas, look, profile, CERAMIC, period=0.27)
    inside = CREAM if look.colour != "white" else (0.95, 0.94, 0.92)
    hole = opening(canvas, top, r, 0.055, look.base, inside)
    if look.either("filled", 0.75):
        coffee = canvas.region(ellipse(0, top + 0.055, r - 0.085, (r - 0.085) * TILT * 0.86), clip=hole)
        sheen = np.exp(-(((coffee.x + 0.22) / 0.16) ** 2) - ((coffee.y - top - 0.03) / 0.03) ** 2)
        canvas.paint(coffee, planes((0.24, 0.13, 0.08)) + 0.25 * sheen)


def teapot(canvas: Canvas, look: Look) -> None:
    """Draw a round teapot with its lid, spout and handle."""
    w, squash = look.vary("w", 0.60, 0.68), look.vary("squash", 0.92, 1.08)
    top, foot = -0.34 * squash, 0.62
    ground(canvas, 0.05, foot + 0.05, w * 0.85)
    tube(
        canvas,
        [(-w * 0.55, 0.42), (-w - 0.12, 0.26), (-w - 0.22, -0.05), (-w - 0.40, -0.30)],
        [0.34, 0.28, 0.19, 0.13, 0.115],
        look.base,
        CERAMIC,
    )
    lip = canvas.region(ellipse(-w - 0.405, -0.305, 0.052, 0.022))
    canvas.paint(lip, darker(look.base, 0.75))
    tube(
        canvas,
        [(w * 0.72, -0.16), (w + 0.16, -0.30), (w + 0.40, -0.10), (w + 0.30, 0.22), (w * 0.80, 0.40)],
        [0.10, 0.115, 0.115, 0.11, 0.12],
        look.base,
        CERAMIC,
    )
    profile = profile_of(
        [
            (0.30, top),
            (w * 0.80, top + 0.16),
            (w, top + 0.46),
            (w * 0.90, foot - 0.20),
            (0.42, foot - 0.02),
            (0.40, foot),
        ]
    )
    turned(canvas, look, profile, CERAMIC, period=0.26)
    collar = profile_of([(0.33, top - 0.015), (0.335, top + 0.02), (0.32, top + 0.035)])
    plain = Look(look.colour, "plain", look.make)
    turned(canvas, plain, collar, CERAMIC, period=0.2, tilt=0.12)
    dome = profile_of([(0.05, top - 0.15), (0.20, top - 0.12), (0.295, top - 0.03), (0.30, top)])
    turned(canvas, look if look.either("lid") else plain, dome, CERAMIC, period=0.26, tilt=0.12)
    r = look.vary("knob", 0.065, 0.085)
    knob = profile_of(
        [
            (0.012, top - 0.15 - 2 * r),
            (r * 0.8, top - 0.15 - 1.6 * r),
            (r, top - 0.15 - r),
            (r * 0.5, top - 0.14),
            (r * 0.55, top - 0.13),
        ]
    )
    turned(canvas, plain, knob, CERAMIC, period=0.2, tilt=0.12)


def bottle(canvas: Canvas, look: Look) -> None:
    """Draw a steel drinking bottle with a screw cap."""
    r = look.vary("r", 0.27, 0.33)
    top, foot = -0.52, 0.86
    neck = r * look.vary("neck", 0.52, 0.64)
    ground(canvas, 0.02, foot + 0.02, r * 1.0)
    shoulder = look.vary("shoulder", 0.24, 0.36)
    profile = profile_of(
        [
            (neck, top),
            (neck * 1.02, top + 0.06),
            (r * 0.86, top + shoulder * 0.62),
            (r, top + shoulder + 0.10),
            (r, 0.2),
            (r, foot - 0.05),
            (r - 0.006, foot),
        ]
    )
    turned(canvas, look, profile, METAL, period=0.20, tilt=0.12)
    ring = profile_of([(neck * 1.06, top - 0.015), (neck * 1.08, top + 0.02), (neck * 1.06, top + 0.05)])
    steel = _Plain(STEEL)
    steel.turn(canvas, ring, METAL)
    cap = look.either("dark cap", 0.5)
    tone = (0.17, 0.17, 0.19) if cap and look.colour != "black" else STEEL
    lid = profile_of(
        [
            (neck * 0.9, top - 0.31),
            (neck * 1.12, top - 0.28),
            (neck * 1.15, top - 0.1),
            (neck * 1.15, top - 0.012),
        ]
    )
    where = _Plain(tone).turn(canvas, lid, METAL)
    for i in range(-5, 6):
        x = neck * 1.14 * np.sin(i * 0.27)
        groove = canvas.region(ribbon([(x, top - 0.24), (x, top - 0.04)], 0.012), clip=where)
        canvas.paint(groove, darker(tone, 0.5), 0.5)
    disc = canvas.region(ellipse(0, top - 0.305, neck * 0.98, neck * 0.13))
    canvas.paint(disc, mix(tone, (1, 1, 1), 0.22))
    if look.either("loop", 0.6):
        where = canvas.region(
            ellipse(0, top - 0.37, neck * 0.72, 0.13), holes=[ellipse(0, top - 0.36, neck * 0.46, 0.085)]
        )
        canvas.paint(where, lit(tone, inflate(where, 0.05), METAL))


class _Plain:
    """A turned part in one colour that is not of the palette."""

    def __init__(self, colour: RGB) -> None:
        self.colour = colour

    def turn(self, canvas: Canvas, profile: Sequence[Point], material: Material) -> Region:
        where = canvas.region(turned_outline(profile, 0.12))
        surface, _, _ = revolve(where, profile)
        canvas.paint(where, lit(self.colour, surface, material))
        return where


def vase(canvas: Canvas, look: Look) -> None:
    """Draw a vase, with eucalyptus in half of them."""
    belly, neck, lip = (
        look.vary("belly", 0.38, 0.50),
        look.vary("neck", 0.13, 0.20),
        look.vary("lip", 0.19, 0.26),
    )
    stems = look.either("stems", 0.6)
    top, foot = (-0.28, 0.86) if stems else (-0.72, 0.86)
    tall = foot - top
    at = look.vary("at", 0.42, 0.62)
    ground(canvas, 0.02, foot + 0.02, belly * 0.8)
    profile = profile_of(
        [
            (lip, top),
            (neck, top + tall * 0.14),
            (neck * 1.25, top + tall * 0.24),
            (belly, top + tall * at),
            (belly * 0.72, foot - tall * 0.14),
            (belly * 0.56, foot - 0.02),
            (belly * 0.56, foot),
        ]
    )
    turned(canvas, look, profile, CERAMIC, period=0.22, tilt=0.13)
    opening(canvas, top, lip, 0.03, look.base, darker(look.base, 0.55))
    if stems:
        for i in range(5):
            _stem(canvas, look, i, top)


def _stem(canvas: Canvas, look: Look, number: int, top: float) -> None:
    lean = (number - 2) * 0.19 + look.vary(f"lean{number}", -0.06, 0.06)
    rise = look.vary(f"rise{number}", 0.48, 0.62) - 0.05 * abs(number - 2)
    start = (number - 2) * 0.03
    spine = smooth([(start, top + 0.02), (start + lean * 0.35, top - rise * 0.5), (lean * 1.15, top - rise)])
    canvas.paint(canvas.region(ribbon([spine[0], spine[12], spine[-1]], 0.014)), darker(LEAF, 0.35))
    count = 7
    for j in range(count):
        t = 0.28 + 0.72 * j / (count - 1)
        x, y = spine[min(int(t * (len(spine) - 1)), len(spine) - 1)]
        size = 0.085 * (1.15 - 0.5 * t)
        side = -1 if j % 2 else 1
        leaf = smooth(
            [
                (x, y, "c"),
                (x + side * size * 0.8, y - size * 0.75),
                (x + side * size * 1.7, y - size * 0.6, "c"),
                (x + side * size * 1.1, y + size * 0.1),
            ],
            closed=True,
        )
        where = canvas.region(leaf)
        tone = mix(LEAF, (0.72, 0.80, 0.68), look.vary(f"tone{number}.{j}", 0.0, 0.45))
        canvas.paint(where, planes(tone) * (1.0 - 0.9 * (where.y - y) / size * 0.25))
