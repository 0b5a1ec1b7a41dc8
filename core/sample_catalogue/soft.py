"""Soft goods: one way to paint a panel of cloth or leather, with its folds, seams and stitches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from . import textures
from .canvas import Array, Canvas, Region
from .lighting import CLOTH, Material, Surface, inflate, lit
from .look import Look, chance
from .outlines import Knot, Point, ribbon, smooth
from .palette import RGB, darker
from .patterns import coloured

Bend = tuple[Array | float, Array | float]


def panel(
    canvas: Canvas,
    look: Look,
    outline: Sequence[Point],
    *,
    radius: float,
    period: float = 0.2,
    depth: float = 1.0,
    material: Material = CLOTH,
    bend: Bend | None = None,
    clip: Region | None = None,
    upright: bool = False,
    occlusion: Array | float = 0.0,
    plain: RGB | None = None,
) -> Region:
    """Paint a padded panel in the look's pattern (or one ``plain`` colour) and return where it lies."""
    where = canvas.region(outline, clip=clip)
    surface = inflate(where, radius, depth)
    if bend is not None:
        surface = surface.bent(*bend)
    paint_cloth(canvas, look, where, surface, period, material, upright, occlusion, plain)
    return where


def paint_cloth(
    canvas: Canvas,
    look: Look,
    where: Region,
    surface: Surface,
    period: float,
    material: Material = CLOTH,
    upright: bool = False,
    occlusion: Array | float = 0.0,
    plain: RGB | None = None,
) -> None:
    """Paint a patterned surface; the pattern follows its relief a little."""
    ink: Array | RGB
    if plain is None:
        ink = coloured(
            look.pattern,
            where.x + surface.nx * 0.045,
            where.y + surface.ny * 0.045,
            look.base,
            look.accent,
            period=period,
            edge=where.edge,
            upright=upright,
        )
    else:
        ink = plain
    canvas.paint(where, lit(ink, surface, material, occlusion))


def creases(where: Region, key: str, cells: tuple[int, int], strength: float) -> Bend:
    """Return the sideways push of soft folds, ``cells`` (down, across) of them, to bend a surface with."""
    height, width = where.mask.shape
    relief = textures.clouds(int(chance(key, "creases") * 10000), height, width, cells)
    pixels = max(height / cells[0], width / cells[1])
    dy, dx = np.gradient(relief)
    return dx * pixels * strength, dy * pixels * strength


def seam(
    canvas: Canvas, spine: Sequence[Knot], colour: RGB, *, width: float = 0.014, clip: Region | None = None
) -> None:
    """Paint a seam: a fine dark valley with a lit edge below it."""
    lip = [(k[0], k[1] + width * 0.9) for k in spine]
    canvas.paint(canvas.region(ribbon(lip, width * 0.8), clip=clip), (1.0, 1.0, 1.0), 0.13)
    canvas.paint(canvas.region(ribbon(spine, width), clip=clip), darker(colour, 0.75), 0.55)


def stitches(
    canvas: Canvas, spine: Sequence[Knot], colour: RGB, *, length: float = 0.035, clip: Region | None = None
) -> None:
    """Paint a row of stitches along a spine."""
    line = smooth(spine)
    steps = np.array(line)
    travelled = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(steps, axis=0).T))])
    starts = np.arange(0, travelled[-1] - length * 0.5, length * 1.7)
    ends = np.stack([starts, starts + length], axis=1)
    xs, ys = np.interp(ends, travelled, steps[:, 0]), np.interp(ends, travelled, steps[:, 1])
    dashes = [
        ribbon(list(zip(x, y, strict=True)), 0.011) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)
    ]
    if dashes:
        canvas.paint(canvas.region(dashes[0], also=dashes[1:], clip=clip), colour, 0.75)
