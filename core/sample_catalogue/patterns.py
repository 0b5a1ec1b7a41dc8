"""Patterns: stripes, checks, dots, zigzags and flowers, as colours over surface coordinates."""

from __future__ import annotations

import numpy as np

from .canvas import Array, planes
from .palette import GOLD, RGB

PATTERNS = ("plain", "striped", "checked", "dotted", "zigzag", "floral")


def _band(t: Array, duty: float, edge: Array | float) -> Array:
    """Return 1 on a ``duty`` share of each period of ``t``, with edges ``edge`` periods wide."""
    away = np.abs(t - np.floor(t) - 0.5) - duty / 2
    return np.asarray(np.clip(0.5 - away / edge, 0, 1))


def _staggered(u: Array, v: Array) -> tuple[Array, Array]:
    """Return each point's place within its cell of a brick-like grid, -½ … ½."""
    row = np.floor(v)
    x = u + 0.5 * (row % 2)
    return x - np.floor(x) - 0.5, v - row - 0.5


def coloured(
    name: str,
    u: Array,
    v: Array,
    base: RGB,
    accent: RGB,
    *,
    period: float,
    edge: float,
    upright: bool = False,
) -> Array:
    """Return the colours of pattern ``name`` at surface coordinates (u, v).

    ``period`` is the size of one repeat in the units of u and v, ``edge`` of one pixel; ``upright`` turns
    stripes from lying to standing.
    """
    ground = planes(base)
    if name == "plain":
        return ground
    ink = planes(accent)
    p, e = u / period, v / period
    soft = 1.2 * edge / period
    if name == "striped":
        cover = _band(p if upright else e, 0.42, soft)
    elif name == "checked":
        cover = 0.46 * (_band(p, 0.5, soft) + _band(e, 0.5, soft))
    elif name == "dotted":
        x, y = _staggered(p * 1.05, e * 1.05)
        cover = np.clip(0.5 - (np.sqrt(x * x + y * y) - 0.25) / soft, 0, 1)
    elif name == "zigzag":
        fold = np.abs(p - np.floor(p) - 0.5)
        cover = _band(e + fold * 1.1, 0.42, soft * 1.6)
    elif name == "floral":
        return _flowers(p * 0.72, e * 0.72, ground, ink, soft)
    else:
        raise ValueError(f"no pattern is called {name!r}")
    return ground + (ink - ground) * cover.astype(np.float32)


def _flowers(p: Array, e: Array, ground: Array, ink: Array, soft: float) -> Array:
    x, y = _staggered(p, e)
    r = np.sqrt(x * x + y * y)
    petals = 0.25 + 0.11 * np.cos(5 * np.arctan2(y, x) + 1.1)
    cover = np.clip(0.5 - (r - petals) / soft, 0, 1).astype(np.float32)
    heart = np.clip(0.5 - (r - 0.085) / soft, 0, 1).astype(np.float32)
    out = ground + (ink - ground) * cover
    return out + (planes(GOLD) - out) * heart
