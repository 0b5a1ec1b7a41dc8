"""Outlines: smooth curves through a few points, as polygons fine enough to look curved."""

from __future__ import annotations

import math
from collections.abc import Sequence

Point = tuple[float, float]
# A third element marks a corner: the curve arrives and leaves there without rounding it.
Knot = tuple[float, float] | tuple[float, float, str]

_STEPS = 12


def smooth(knots: Sequence[Knot], *, closed: bool = False) -> list[Point]:
    """Return a curve through ``knots`` (Catmull-Rom, sharp where a knot is marked as a corner)."""
    points = [(k[0], k[1]) for k in knots]
    corner = [len(k) > 2 for k in knots]
    count = len(points)
    curve: list[Point] = []
    for i in range(count if closed else count - 1):
        j = (i + 1) % count
        before = points[i - 1] if (i > 0 or closed) and not corner[i] else points[i]
        after = points[(j + 1) % count] if (j + 1 < count or closed) and not corner[j] else points[j]
        curve += _segment(before, points[i], points[j], after)
    if not closed:
        curve.append(points[-1])
    return curve


def _segment(before: Point, start: Point, end: Point, after: Point) -> list[Point]:
    out: list[Point] = []
    m0 = ((end[0] - before[0]) / 2, (end[1] - before[1]) / 2)
    m1 = ((after[0] - start[0]) / 2, (after[1] - start[1]) / 2)
    for step in range(_STEPS):
        t = step / _STEPS
        a, b, c, d = 2 * t**3 - 3 * t**2 + 1, t**3 - 2 * t**2 + t, -2 * t**3 + 3 * t**2, t**3 - t**2
        out.append(
            (
                a * start[0] + b * m0[0] + c * end[0] + d * m1[0],
                a * start[1] + b * m0[1] + c * end[1] + d * m1[1],
            )
        )
    return out


def mirrored(right: Sequence[Knot]) -> list[Point]:
    """Return the closed outline whose right half runs through ``right`` from top to bottom."""
    half = smooth(right)
    return half + [(-x, y) for x, y in reversed(half)]


def ellipse(
    cx: float, cy: float, rx: float, ry: float, start: float = 0.0, stop: float = 360.0
) -> list[Point]:
    """Return an ellipse, or the part of it between two angles in degrees (0 right, 90 down)."""
    steps = 72
    angles = [math.radians(start + (stop - start) * i / steps) for i in range(steps + 1)]
    return [(cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in angles]


def rounded(left: float, top: float, right: float, bottom: float, radius: float) -> list[Point]:
    """Return a rectangle with rounded corners."""
    out: list[Point] = []
    for cx, cy, start in (
        (right - radius, top + radius, -90),
        (right - radius, bottom - radius, 0),
        (left + radius, bottom - radius, 90),
        (left + radius, top + radius, 180),
    ):
        for i in range(9):
            a = math.radians(start + 90 * i / 8)
            out.append((cx + radius * math.cos(a), cy + radius * math.sin(a)))
    return out


def ribbon(spine: Sequence[Knot], width: float | Sequence[float]) -> list[Point]:
    """Return the outline of a band of ``width`` (or widths along its length) around a smooth spine."""
    line = smooth(spine)
    last = len(line) - 1
    left: list[Point] = []
    right: list[Point] = []
    for i, (x, y) in enumerate(line):
        ax, ay = line[max(i - 1, 0)]
        bx, by = line[min(i + 1, last)]
        length = math.hypot(bx - ax, by - ay) or 1.0
        half = _along(width, i / last) / 2
        nx, ny = -(by - ay) / length * half, (bx - ax) / length * half
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    return left + right[::-1]


def _along(width: float | Sequence[float], t: float) -> float:
    if isinstance(width, (int, float)):
        return float(width)
    place = t * (len(width) - 1)
    i = min(int(place), len(width) - 2)
    return width[i] + (width[i + 1] - width[i]) * (place - i)


def turned(points: Sequence[Point], degrees: float, cx: float = 0.0, cy: float = 0.0) -> list[Point]:
    """Return ``points`` turned clockwise (on screen) about a centre."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [(cx + (x - cx) * c - (y - cy) * s, cy + (x - cx) * s + (y - cy) * c) for x, y in points]
