"""Light: the shape of a surface guessed from its outline, and how a studio softbox falls on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from .canvas import Array, Canvas, Region, planes
from .outlines import Point
from .palette import RGB

_LIGHT = (-0.46, -0.58, 0.67)


@dataclass(frozen=True)
class Surface:
    """Unit normals of a surface (x right, y down, z towards the camera)."""

    nx: Array
    ny: Array
    nz: Array

    def bent(self, dx: Array | float, dy: Array | float = 0.0) -> Surface:
        """Return the surface with its normals pushed sideways: folds, creases, grain."""
        return _unit(self.nx + dx, self.ny + dy, self.nz)


@dataclass(frozen=True)
class Material:
    """How a surface answers light: ``gloss`` of its highlight and how tight that is."""

    ambient: float = 0.50
    diffuse: float = 0.62
    edge: float = 0.22  # darkening where the surface turns away, which reads as roundness
    gloss: float = 0.0
    spread: float = 0.18


CLOTH = Material(ambient=0.47, diffuse=0.66, edge=0.20)
LEATHER = Material(ambient=0.44, diffuse=0.66, edge=0.26, gloss=0.20, spread=0.30)
CERAMIC = Material(ambient=0.52, diffuse=0.56, edge=0.26, gloss=0.62, spread=0.13)
METAL = Material(ambient=0.45, diffuse=0.62, edge=0.32, gloss=0.60, spread=0.12)
RUBBER = Material(ambient=0.55, diffuse=0.52, edge=0.25, gloss=0.08, spread=0.3)
LACQUER = Material(ambient=0.55, diffuse=0.50, edge=0.18, gloss=0.30, spread=0.25)


def _unit(nx: Array, ny: Array, nz: Array) -> Surface:
    length = np.sqrt(nx * nx + ny * ny + nz * nz) + np.float32(1e-6)
    return Surface(nx / length, ny / length, nz / length)


def flat(where: Region, tilt: tuple[float, float] = (0.0, 0.0)) -> Surface:
    """Return a plane, perhaps tilted."""
    zero = np.zeros_like(where.mask)
    return _unit(zero + np.float32(tilt[0]), zero + np.float32(tilt[1]), zero + np.float32(1))


def revolve(where: Region, profile: Sequence[Point]) -> tuple[Surface, Array, Array]:
    """Return the surface turned from ``profile`` ((radius, y) downwards), the angle round it, the radius."""
    ys = np.array([p[1] for p in profile], np.float32)
    rs = np.array([p[0] for p in profile], np.float32)
    radius = np.interp(where.y, ys, rs).astype(np.float32)
    slope = np.interp(where.y, ys, np.gradient(rs, ys + np.arange(len(ys), dtype=np.float32) * 1e-5))
    u = np.clip(where.x / np.maximum(radius, 1e-3), -0.999, 0.999)
    nz = np.sqrt(1 - u * u)
    return _unit(u, np.clip(-slope, -2.5, 2.5).astype(np.float32), nz), np.arcsin(u), radius


def inflate(where: Region, radius: float, depth: float = 1.0) -> Surface:
    """Return the region puffed up like a cushion whose edges round off within ``radius`` units.

    Solves ∆h - h/r² = -1 inside the outline: with z = √2h a strip becomes a half cylinder and a disc a dome.
    A coarse grid is enough, for the answer is smooth.
    """
    height, width = where.mask.shape
    step = 2 if max(height, width) < 110 else 4
    mask = coarse(where.mask, step)
    reach = max(radius * where.scale / step, 1.0)
    keep = np.float32(1 / (4 + 1 / reach**2))
    padded = np.zeros((mask.shape[0] + 2, mask.shape[1] + 2), np.float32)
    inner = padded[1:-1, 1:-1]
    hold = mask * keep
    for _ in range(int(min(14 + 5 * reach, 90))):
        inner[:] = (padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:] + 1) * hold
    gx = (padded[1:-1, 2:] - padded[1:-1, :-2]) / 2
    gy = (padded[2:, 1:-1] - padded[:-2, 1:-1]) / 2
    lift = np.sqrt(2 * inner)
    surface = _unit(-gx * depth, -gy * depth, lift + np.float32(0.25))
    nx, ny = (fine(n, (height, width), step) for n in (surface.nx, surface.ny))
    nz = np.sqrt(np.clip(1 - nx * nx - ny * ny, 0.01, 1))
    return Surface(nx, ny, nz)


def lit(colour: Array | RGB, surface: Surface, material: Material, occlusion: Array | float = 0.0) -> Array:
    """Return the colours of a surface under the softbox; ``occlusion`` 0 … 1 takes light away."""
    lambert = np.clip(surface.nx * _LIGHT[0] + surface.ny * _LIGHT[1] + surface.nz * _LIGHT[2], 0, 1)
    shade = material.ambient + material.diffuse * lambert - material.edge * (1 - surface.nz) ** 2
    shade = shade * (1 - np.asarray(occlusion, np.float32))
    base = planes(colour)
    deep = np.clip(1 - shade, 0, 1)
    # Shadows keep their hue: darker parts lose the weaker channels first, as dyes do.
    out = base * shade * (1 - 0.22 * deep * (1 - base))
    if material.gloss:
        out = out + (1 - out) * _highlight(surface, material)
    return np.asarray(np.clip(out, 0, 1), np.float32)


def _highlight(surface: Surface, material: Material) -> Array:
    """Return the reflection of a tall softbox on the left and a faint strip on the right."""
    s = material.spread
    key = np.exp(-(((surface.nx + 0.52) / s) ** 2) - ((surface.ny + 0.25) / (s * 3.2)) ** 2)
    rim = np.exp(-(((surface.nx - 0.80) / (s * 0.6)) ** 2) - (surface.ny / (s * 4)) ** 2)
    return np.asarray(material.gloss * (key + 0.28 * rim), np.float32)


def coarse(mask: Array, step: int) -> Array:
    """Return ``mask`` at one ``step``-th of its size, padded by one cell."""
    height, width = mask.shape
    tall, wide = -(-height // step) * step, -(-width // step) * step
    padded = np.zeros((tall, wide), np.float32)
    padded[:height, :width] = mask
    blocks = padded.reshape(tall // step, step, wide // step, step)
    return np.asarray(blocks.mean(axis=(1, 3), dtype=np.float32))


def fine(grid: Array, shape: tuple[int, int], step: int) -> Array:
    """Return a coarse grid at full size again, cut to ``shape``."""
    picture = Image.fromarray(np.ascontiguousarray(grid, dtype=np.float32))
    big = picture.resize((grid.shape[1] * step, grid.shape[0] * step), Image.Resampling.BICUBIC)
    return np.asarray(big, np.float32)[: shape[0], : shape[1]]


def blurred(mask: Array, sigma: float, step: int = 4) -> Array:
    """Return ``mask`` under a wide Gaussian blur of ``sigma`` pixels."""
    grid = coarse(mask, step)
    s = max(sigma / step, 0.3)
    reach = int(3 * s) + 1
    kernel = np.exp(-(np.arange(-reach, reach + 1, dtype=np.float32) ** 2) / (2 * s * s))
    kernel /= kernel.sum()
    for axis in (0, 1):
        pad = [(0, 0), (0, 0)]
        pad[axis] = (reach, reach)
        wide = np.pad(grid, pad)
        size = grid.shape[axis]
        shifted = [w * np.take(wide, range(i, i + size), axis=axis) for i, w in enumerate(kernel)]
        grid = np.sum(shifted, axis=0, dtype=np.float32)
    return np.clip(fine(grid, (mask.shape[0], mask.shape[1]), step), 0, 1)


def cast(canvas: Canvas, outline: Sequence[Point], *, offset: Point, blur: float, strength: float) -> None:
    """Lay the soft shadow of an outline that lies or hangs close in front of the backdrop."""
    moved = canvas.region([(x + offset[0], y + offset[1]) for x, y in outline])
    pad = int(blur * canvas.scale * 2.5) + 1
    whole = canvas.everywhere()
    height, width = moved.mask.shape
    top, left = max(moved.top - pad, 0), max(moved.left - pad, 0)
    bottom, right = min(moved.top + height + pad, canvas.height), min(moved.left + width + pad, canvas.width)
    mask = np.zeros((bottom - top, right - left), np.float32)
    mask[moved.top - top : moved.top - top + height, moved.left - left : moved.left - left + width] = (
        moved.mask
    )
    soft = blurred(mask, blur * canvas.scale)
    box = (slice(top, bottom), slice(left, right))
    place = Region(top, left, np.ones_like(mask), whole.x[box], whole.y[box], canvas.scale)
    canvas.darken(place, soft * strength)


def ground(
    canvas: Canvas, x: float, y: float, rx: float, *, ry: float | None = None, strength: float = 1.0
) -> None:
    """Lay the shadow of something standing at (x, y): dark where it touches, long and faint to the right."""
    ry = rx * 0.16 if ry is None else ry
    px, py = canvas.to_pixel(x, y)
    reach = rx * canvas.scale * 2.4
    top, bottom = max(int(py - reach), 0), min(int(py + reach), canvas.height)
    left, right = max(int(px - reach), 0), min(int(px + reach * 1.3), canvas.width)
    gx = (np.arange(left, right, dtype=np.float32)[None, :] - px) / canvas.scale
    gy = (np.arange(top, bottom, dtype=np.float32)[:, None] - py) / canvas.scale
    touch = np.exp(-(((gx / (rx * 1.02)) ** 2 + (gy / (ry * 0.9)) ** 2) ** 1.5))
    spill = np.exp(-(((gx - rx * 0.35) / (rx * 1.25)) ** 2) - ((gy + ry * 0.1) / (ry * 2.0)) ** 2)
    place = Region(top, left, np.ones_like(touch), touch, touch, canvas.scale)
    canvas.darken(place, (0.62 * touch + 0.30 * spill) * strength)
