"""The kinds of product that the shop sells, and how each is usually photographed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .canvas import Canvas
from .goods import bags, clothing, household, leisure, shoes, tableware
from .look import Look
from .patterns import PATTERNS

STANDING = ("white", "wood", "paper", "grey", "marble", "garden")
FURNITURE = ("white", "room", "paper", "grey", "room")
LYING = ("white", "planks", "paper", "grey", "linen")
HANGING = ("white", "wall", "paper", "grey", "wall")


@dataclass(frozen=True)
class Kind:
    """One kind of product.

    ``scale`` is the share of the shorter side that one unit takes. Pictures turn it by ``lean`` degrees,
    more or less by up to ``tilt``.
    """

    label: str
    folder: str
    draw: Callable[[Canvas, Look], None]
    backdrops: tuple[str, ...]
    patterns: tuple[str, ...] = PATTERNS
    scale: float = 0.43
    centre: tuple[float, float] = (0.5, 0.5)
    lean: float = 0.0
    tilt: float = 0.0


KINDS: tuple[Kind, ...] = (
    Kind("mug", "mugs", tableware.mug, STANDING, scale=0.45, centre=(0.45, 0.50)),
    Kind("teapot", "teapots", tableware.teapot, STANDING, scale=0.42, centre=(0.5, 0.54)),
    Kind("vase", "vases", tableware.vase, STANDING),
    Kind("bottle", "bottles", tableware.bottle, STANDING, scale=0.44),
    Kind("lamp", "lamps", household.lamp, STANDING[:-1], scale=0.44),
    Kind("clock", "clocks", household.clock, HANGING, scale=0.48),
    Kind(
        "cushion",
        "cushions",
        household.cushion,
        ("white", "wood", "paper", "grey", "room"),
        scale=0.42,
        tilt=2,
    ),
    Kind(
        "sofa",
        "sofas",
        household.sofa,
        FURNITURE,
        ("plain", "checked", "dotted"),
        scale=0.43,
        centre=(0.5, 0.56),
    ),
    Kind("t-shirt", "t-shirts", clothing.t_shirt, LYING, scale=0.46, tilt=5),
    Kind("dress", "dresses", clothing.dress, (*LYING, "wall"), scale=0.46, tilt=4),
    Kind("hat", "hats", clothing.hat, STANDING, scale=0.43, centre=(0.5, 0.53)),
    Kind("sneaker", "sneakers", shoes.sneaker, STANDING, scale=0.42, centre=(0.5, 0.56)),
    Kind("handbag", "handbags", bags.handbag, STANDING, scale=0.46),
    Kind("backpack", "backpacks", bags.backpack, STANDING, scale=0.46, centre=(0.5, 0.48)),
    Kind(
        "umbrella", "umbrellas", leisure.umbrella, HANGING, scale=0.46, centre=(0.48, 0.52), lean=24, tilt=16
    ),
    Kind(
        "guitar",
        "guitars",
        leisure.guitar,
        LYING,
        ("plain", "striped", "dotted", "floral"),
        scale=0.48,
        tilt=24,
    ),
)
