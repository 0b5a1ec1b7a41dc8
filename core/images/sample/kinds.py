"""The kinds of product that the shop sells, and how each is usually photographed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.images.sample import tableware
from core.images.sample.canvas import Canvas
from core.images.sample.look import Look
from core.images.sample.patterns import PATTERNS

STANDING = ("white", "wood", "paper", "grey", "marble", "garden")
FURNITURE = ("white", "room", "paper", "grey", "room")
LYING = ("white", "planks", "paper", "grey", "linen")
HANGING = ("white", "wall", "paper", "grey", "wall")


@dataclass(frozen=True)
class Kind:
    """One kind of product. ``scale`` is the share of the shorter side that one unit takes, ``tilt`` in degrees."""

    label: str
    folder: str
    draw: Callable[[Canvas, Look], None]
    backdrops: tuple[str, ...]
    patterns: tuple[str, ...] = PATTERNS
    scale: float = 0.43
    centre: tuple[float, float] = (0.5, 0.5)
    tilt: float = 0.0


KINDS: tuple[Kind, ...] = (
    Kind("mug", "mugs", tableware.mug, STANDING, scale=0.45, centre=(0.45, 0.50)),
    Kind("teapot", "teapots", tableware.teapot, STANDING, scale=0.42, centre=(0.5, 0.54)),
    Kind("vase", "vases", tableware.vase, STANDING),
    Kind("bottle", "bottles", tableware.bottle, STANDING, scale=0.44),
)
