"""Outlines: smooth curves through a few points, as polygons fine enough to look curved."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

Point = tuple[float, float]
# A third element marks a corner: the curve arrives and leaves there without rounding it.
Knot = tuple[float, float] | tuple[float, float, str]

_T = np.arange(12)[:, None] / 12
_HERMITE = np.concatenate(
    [2 * _T**3 - 3 * _T**2 + 1, _T**3 - 2 * _T**2 + _T, 3 * _T**2 - 2 * _T**3, _T**3 - _T**2], axis=1
)


def smooth(knots: Sequence[Knot], *, closed: bool = False) -> list[Point]:
    """Return a curve through ``knots`` (Catmull-Rom, sharp where a knot is marked as a corner)."""
    points = np.array([(k[0], k[1]) for k in knots], np.float64)
    corner = np.array([len(k) > 2 for k in knots])
    start, end = points, np.roll(points, -1, axis=0)
    # A corner takes no notice of what lies beyond it; neither do the two ends of an open curve.
    before = np.where(corner[:, None], start, np.roll(points, 1, axis=0))
    after = np.where(np.roll(corner, -1)[:, None], end, np.roll(points, -2, axis=0))
    if not closed:
        before[0], after[-2:] = start[0], points[-1]
        start, end, before, after = start[:-1], end[:-1], before[:-1], after[:-1]
    tangents = np.stack([start, (end - before) / 2, end, (after - start) / 2], axis=1)
    curve = np.einsum("sk,nkd->nsd", _HERMITE, tangents).reshape(-1, 2)
    if not closed:
        curve = np.concatenate([curve, points[-1:]])
    return [(x, y) for x, y in curve.tolist()]


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
    line = np.array(smooth(spine))
    last = len(line) - 1
    ahead = np.concatenate([line[1:], line[-1:]]) - np.concatenate([line[:1], line[:-1]])
    ahead /= np.maximum(np.hypot(ahead[:, 0], ahead[:, 1]), 1e-9)[:, None]
    widths = np.atleast_1d(np.asarray(width, np.float64))
    half = np.interp(np.arange(last + 1) / max(last, 1), np.linspace(0, 1, len(widths)), widths) / 2
    side = np.stack([-ahead[:, 1] * half, ahead[:, 0] * half], axis=1)
    return [(x, y) for x, y in np.concatenate([line + side, (line - side)[::-1]]).tolist()]
