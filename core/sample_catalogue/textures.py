"""Textures: film grain, wood, marble, linen: drawn once from fixed seeds and shared by every picture."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PIL import Image

from .canvas import Array

_TILE = 512


def noise(seed: int, rows: int, columns: int) -> Array:
    """Return white noise of unit variance from a generator of its own."""
    return np.random.Generator(np.random.PCG64(seed)).standard_normal((rows, columns), dtype=np.float32)


def clouds(seed: int, rows: int, columns: int, cells: tuple[int, int]) -> Array:
    """Return smooth noise, about -1 … 1, whose features are ``cells`` to the tile."""
    grid = Image.fromarray(np.clip(noise(seed, *cells), -2, 2) * np.float32(0.5))
    return np.asarray(grid.resize((columns, rows), Image.Resampling.BICUBIC), np.float32)


@lru_cache(maxsize=1)
def grain() -> Array:
    """Return the film grain that every picture shares, each from a place of its own."""
    fine = noise(11, _TILE * 2, _TILE * 2)
    soft = (fine + np.roll(fine, 1, 0) + np.roll(fine, 1, 1) + np.roll(fine, (1, 1), (0, 1))) / 2
    return soft.astype(np.float32)


@lru_cache(maxsize=1)
def wood() -> Array:
    """Return the tone of planed wood, grain along x, about -1 … 1; rows are across the grain."""
    warp = clouds(21, _TILE, 2 * _TILE, (6, 5)) * 5 + clouds(22, _TILE, 2 * _TILE, (24, 8)) * 1.2
    rows = np.arange(_TILE, dtype=np.float32)[:, None] / 9
    rings = np.sin(rows + warp * 2.2) * 0.45 + np.sin(rows * 2.7 + warp * 5) * 0.2
    fibres = (
        clouds(23, _TILE, 2 * _TILE, (_TILE // 2, 14)) * 0.7
        + clouds(24, _TILE, 2 * _TILE, (_TILE, 60)) * 0.25
    )
    return np.asarray(rings * 0.55 + fibres + clouds(25, _TILE, 2 * _TILE, (5, 4)) * 0.4, np.float32)


@lru_cache(maxsize=1)
def marble() -> Array:
    """Return the strength of the veins in white marble, 0 … 1."""
    # Large enough that no table shows it twice: the eye finds a mirrored vein at once.
    tall, wide = _TILE * 3 // 2, _TILE * 3
    warp = clouds(31, tall, wide, (8, 15)) * 1.6 + clouds(32, tall, wide, (21, 42)) * 0.45
    fine = clouds(33, tall, wide, (60, 120)) * 0.12
    rows = np.arange(tall, dtype=np.float32)[:, None] / _TILE
    columns = np.arange(wide, dtype=np.float32)[None, :] / _TILE
    bend = np.abs(np.sin((columns * 1.4 + rows * 2.1) * 3 + (warp + fine) * 2.4))
    veins = np.exp(-((bend / 0.10) ** 2)) * (0.55 + 0.45 * clouds(34, tall, wide, (11, 21)))
    patches = clouds(35, tall, wide, (9, 18)) + 0.5
    return np.asarray(np.clip(veins * 0.75 + 0.12 * patches, 0, 1), np.float32)


@lru_cache(maxsize=1)
def weave() -> Array:
    """Return the tone of plain-woven linen, about -1 … 1."""
    rows = np.arange(_TILE * 2, dtype=np.float32)
    size = _TILE * 2
    warp = np.sin(rows * np.pi / 2)[None, :] * (1 + clouds(41, size, size, (9, size // 3)))
    weft = np.sin(rows * np.pi / 2 + 1)[:, None] * (1 + clouds(42, size, size, (size // 3, 9)))
    slubs = clouds(43, size, size, (size // 3, 16)) + clouds(44, size, size, (16, size // 3))
    return np.asarray(0.35 * (warp + weft) + 0.5 * slubs, np.float32)


def sampled(texture: Array, rows: Array, columns: Array) -> Array:
    """Return ``texture`` at positions beyond its edges too, mirrored there so that no seam shows."""
    height, width = texture.shape
    return np.asarray(texture[_mirrored(rows, height), _mirrored(columns, width)])


def _mirrored(places: Array, size: int) -> npt.NDArray[np.int32]:
    wrapped = places.astype(np.int32) % (2 * size)
    return np.minimum(wrapped, 2 * size - 1 - wrapped)
