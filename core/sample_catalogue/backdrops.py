"""Backdrops: studio sweeps, coloured paper, tables, a room, a garden, and what things lie or hang on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import textures
from .canvas import Array, planes
from .look import chance
from .palette import PAPERS, RGB, mix

Size = tuple[int, int]


def _grid(size: Size) -> tuple[Array, Array]:
    """Return (x, y) in 0 … 1 over a canvas of (width, height)."""
    width, height = size
    x = (np.arange(width, dtype=np.float32)[None, :] + 0.5) / width
    y = (np.arange(height, dtype=np.float32)[:, None] + 0.5) / height
    return x, y


def _tinted(colour: RGB, tone: Array) -> Array:
    return planes(colour) * tone.astype(np.float32)


def _sweep(size: Size, colour: RGB, depth: float) -> Array:
    """Return a seamless sweep of paper: a pool of light behind the product, falling off to the corners."""
    x, y = _grid(size)
    pool = np.exp(-(((x - 0.42) / 0.62) ** 2) - ((y - 0.40) / 0.60) ** 2)
    bend = 1 / (1 + np.exp(-(y - 0.70) / 0.06))  # where the paper curves from wall to floor
    return _tinted(colour, 1 - depth * (1 - pool) - depth * 0.22 * bend * (1 - y) * 2)


def _white(size: Size, _key: str) -> Array:
    return _sweep(size, (0.985, 0.985, 0.985), 0.07)


def _grey(size: Size, _key: str) -> Array:
    return _sweep(size, (0.86, 0.865, 0.875), 0.36)


def _paper(size: Size, key: str) -> Array:
    return _sweep(size, PAPERS[key.rsplit(maxsplit=1)[-1]], 0.22)


def _boards(size: Size, key: str, horizon: float, colour: RGB, boards: float) -> Array:
    """Return floorboards or a table top in perspective, from ``horizon`` to the bottom edge."""
    width, height = size
    rows = int(height * (1 - horizon))
    near = (np.arange(rows, dtype=np.float32)[:, None] + 0.5) / rows
    depth = 1 / (0.30 + 0.70 * near)  # 1 at the front edge, 3.3 at the back
    across = depth * 150 + 900 * chance(key, "board")
    along = (np.arange(width, dtype=np.float32)[None, :] / width - 0.5) * depth * 640 + 512 * chance(
        key, "along"
    )
    tone = textures.sampled(textures.wood(), across + np.zeros_like(along), along)
    seam = across / (150 * 2.3) * boards
    number = np.floor(seam)
    shade = np.sin(number * 12.9898 + 4.1) * 0.06
    gap = np.exp(
        -(((seam - number - 0.5) - 0.5 * np.sign(seam - number - 0.5)) ** 2) / (0.022 * boards / 3) ** 2
    )
    light = 1.04 - 0.16 * (along / depth / 640 + 0.5) + 0.06 * near
    return _tinted(colour, (0.93 + 0.085 * tone + shade) * light * (1 - 0.45 * gap))


def _under(wall: Array, top: Array, soft: float = 0.05) -> Array:
    """Return ``top`` laid over the lower part of ``wall``, with the shade that gathers where they meet."""
    rows, height = top.shape[1], wall.shape[1]
    edge = height - rows
    above = (np.arange(edge, dtype=np.float32)[::-1] / height)[:, None]
    wall[:, :edge] *= 1 - 0.16 * np.exp(-above / soft)
    below = (np.arange(rows, dtype=np.float32) / height)[:, None]
    wall[:, edge:] = top * (1 - 0.14 * np.exp(-below / soft))
    return wall


def _wall(size: Size, colour: RGB) -> Array:
    x, y = _grid(size)
    slant = np.exp(-(((x - 0.25 - 0.3 * y) / 0.55) ** 2))
    mottle = textures.clouds(51, size[1], size[0], (9, 9)) * 0.012
    return _tinted(colour, 0.84 + 0.16 * slant + mottle - 0.05 * y)


_WALLS: tuple[RGB, ...] = ((0.90, 0.88, 0.84), (0.80, 0.84, 0.83), (0.86, 0.83, 0.80), (0.82, 0.83, 0.87))
_TIMBERS: tuple[RGB, ...] = ((0.70, 0.50, 0.32), (0.78, 0.61, 0.42), (0.55, 0.37, 0.24))


def _pick(options: tuple[RGB, ...], key: str, what: str) -> RGB:
    return options[int(chance(key, what) * len(options))]


def _wood(size: Size, key: str) -> Array:
    wall = _wall(size, mix(_pick(_WALLS, key, "wall"), (0.5, 0.48, 0.46), 0.12))
    return _under(wall, _boards(size, key, 0.60, _pick(_TIMBERS, key, "timber"), 1.0))


def _marble(size: Size, key: str) -> Array:
    width, height = size
    wall = _wall(size, _pick(((0.70, 0.76, 0.72), (0.78, 0.74, 0.72), (0.66, 0.71, 0.76)), key, "wall"))
    rows = int(height * 0.38)
    near = (np.arange(rows, dtype=np.float32)[:, None] + 0.5) / rows
    depth = 1 / (0.35 + 0.65 * near)
    along = (
        (np.arange(width, dtype=np.float32)[None, :] / width - 0.5) * depth * 420
        + 768
        + 300 * (chance(key, "a") - 0.5)
    )
    veins = textures.sampled(
        textures.marble(), depth * 190 + 220 * chance(key, "b") + np.zeros_like(along), along
    )
    top = _tinted((0.95, 0.945, 0.94), 1.0 - 0.26 * veins + 0.02 * near)
    return _under(wall, top)


def _garden(size: Size, key: str) -> Array:
    """Return a garden far out of focus behind a stone ledge."""
    width, height = size
    x, y = _grid(size)
    seed = int(chance(key, "garden") * 1000) * 10
    light = textures.clouds(600 + seed, height, width, (5, 6))
    green = planes((0.42, 0.55, 0.30)) + light * planes((0.17, 0.16, 0.11))
    green += (1 - y) * 0.22 * planes((0.8, 0.85, 0.7))
    for i in range(16):
        cx, cy, r = chance(key, "x", i), 0.66 * chance(key, "y", i), 0.025 + 0.055 * chance(key, "r", i)
        left, right = max(int((cx - r * 1.3) * width), 0), min(int((cx + r * 1.3) * width) + 1, width)
        top, bottom = (
            max(int((cy - r * 1.3 * width / height) * height), 0),
            int((cy + r * 1.3 * width / height) * height) + 1,
        )
        away = np.sqrt((x[:, left:right] - cx) ** 2 + ((y[top:bottom] - cy) * height / width) ** 2) / r
        disc = np.clip((1.05 - away) / 0.12, 0, 1) * (0.75 + 0.25 * np.clip(away, 0, 1) ** 4)
        green[:, top:bottom, left:right] += (
            disc * (0.07 + 0.14 * chance(key, "s", i)) * planes((1.0, 1.0, 0.72))
        )
    rows = int(height * 0.32)
    near = (np.arange(rows, dtype=np.float32)[:, None] + 0.5) / rows
    specks = (
        textures.grain()[:rows, :width] * (0.015 + 0.03 * near)
        + textures.clouds(61, rows, width, (12, 18)) * 0.035
    )
    ledge = _tinted((0.74, 0.725, 0.69), 0.88 + 0.12 * near + specks)
    return _under(np.clip(green, 0, 1).astype(np.float32), ledge, soft=0.03)


def _room(size: Size, key: str) -> Array:
    colour = _pick(
        ((0.87, 0.85, 0.80), (0.76, 0.81, 0.79), (0.82, 0.80, 0.84), (0.88, 0.82, 0.76)), key, "wall"
    )
    wall = _wall(size, colour)
    room = _under(wall, _boards(size, key, 0.72, _pick(_TIMBERS, key, "timber"), 2.2), soft=0.02)
    edge = size[1] - int(size[1] * (1 - 0.72))
    tall = max(int(size[1] * 0.045), 3)
    skirting = room[:, edge - tall : edge]
    skirting[:] = planes((0.93, 0.925, 0.91)) * (skirting.mean(axis=0, keepdims=True) * 0.4 + 0.62)
    skirting[:, :2] *= 0.90
    skirting[:, -2:] *= 0.80
    return room


def _planks(size: Size, key: str) -> Array:
    """Return wooden boards seen from straight above."""
    width, height = size
    x, y = _grid(size)
    board = y * 4.2 + chance(key, "board")
    number = np.floor(board)
    along = x * width * 1.1 + number * 197 + 512 * chance(key, "along")
    across = y * height * 0.8 + number * 61
    tone = textures.sampled(textures.wood(), across + np.zeros_like(along), along + np.zeros_like(across))
    gap = np.exp(-((np.minimum(board - number, 1 - board + number) / 0.012) ** 2))
    shade = np.sin(number * 7.7 + 2) * 0.05
    light = 1.06 - 0.22 * (x * 0.6 + y * 0.4)
    return _tinted(_pick(_TIMBERS, key, "timber"), (0.95 + 0.09 * tone + shade) * light * (1 - 0.55 * gap))


def _linen(size: Size, key: str) -> Array:
    width, height = size
    x, y = _grid(size)
    colour = _pick(((0.86, 0.82, 0.74), (0.80, 0.80, 0.78), (0.74, 0.77, 0.80)), key, "linen")
    tone = textures.weave()[:height, :width] * 0.045
    soft = textures.clouds(71 + int(chance(key, "fold") * 9), height, width, (4, 5)) * 0.05
    return _tinted(colour, 1.03 - 0.18 * (x * 0.6 + y * 0.4) + tone + soft)


def _plaster(size: Size, key: str) -> Array:
    colour = _pick(
        ((0.84, 0.80, 0.75), (0.74, 0.79, 0.78), (0.80, 0.78, 0.82), (0.86, 0.80, 0.72)), key, "wall"
    )
    wall = _wall(size, colour)
    trowel = textures.clouds(81, size[1], size[0], (60, 34)) * 0.016
    return np.asarray(wall * (1 + trowel), np.float32)


_DRAWN: dict[str, Callable[[Size, str], Array]] = {
    "white": _white,
    "grey": _grey,
    "wood": _wood,
    "marble": _marble,
    "garden": _garden,
    "room": _room,
    "planks": _planks,
    "linen": _linen,
    "wall": _plaster,
}


def backdrop(name: str, size: Size, key: str) -> Array:
    """Return backdrop ``name`` at (width, height); pictures with one ``key`` were taken in the same place."""
    if name in PAPERS:
        return _paper(size, f"{key} {name}")
    return _DRAWN[name](size, key)
