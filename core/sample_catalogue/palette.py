"""The colours of the sample shop: plain colour words, each with one considered shade."""

from __future__ import annotations

RGB = tuple[float, float, float]


def _hex(code: str) -> RGB:
    red, green, blue = (int(code[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return red, green, blue


# Saturated enough to match the word without doubt, a little softer than pure: dye and glaze.
COLOURS: dict[str, RGB] = {
    "red": _hex("cf2a2e"),
    "orange": _hex("ee7b22"),
    "yellow": _hex("f4c531"),
    "green": _hex("2f9150"),
    "blue": _hex("2563c4"),
    "purple": _hex("7d3fa8"),
    "pink": _hex("f08bb0"),
    "brown": _hex("7c4a2b"),
    "black": _hex("26262a"),
    "white": _hex("f3f1ec"),
    "grey": _hex("8e9298"),
}

CREAM = _hex("f8f3e6")
NAVY = _hex("2a3f6b")
CHARCOAL = _hex("33343a")
GOLD = _hex("d9a441")
STEEL = _hex("b9bec6")
WALNUT = _hex("6b432a")
OAK = _hex("b98552")
LEAF = _hex("5d7f56")

# Paper backdrops: pale enough that the product stays the only saturated thing in the picture.
PAPERS: dict[str, RGB] = {
    "peach": _hex("f2cdb4"),
    "mint": _hex("bfdccb"),
    "sky": _hex("bcd3e6"),
    "lilac": _hex("d3c8e2"),
    "sand": _hex("e6d9bd"),
    "rose": _hex("eac5c8"),
}

# A backdrop close to the product's own colour would swallow its outline.
CLASHING_PAPERS: dict[str, frozenset[str]] = {
    "red": frozenset({"rose", "peach"}),
    "orange": frozenset({"peach", "sand"}),
    "yellow": frozenset({"sand", "peach"}),
    "green": frozenset({"mint"}),
    "blue": frozenset({"sky"}),
    "purple": frozenset({"lilac"}),
    "pink": frozenset({"rose", "peach", "lilac"}),
    "brown": frozenset({"sand"}),
    "white": frozenset({"sand"}),
}


def accent_for(colour: str) -> RGB:
    """Return the second colour of a pattern: light on dark dyes, dark on light ones."""
    return NAVY if colour == "white" else CREAM


def mix(a: RGB, b: RGB, share: float) -> RGB:
    """Return ``a`` with ``share`` of ``b`` mixed in."""
    return (
        a[0] + (b[0] - a[0]) * share,
        a[1] + (b[1] - a[1]) * share,
        a[2] + (b[2] - a[2]) * share,
    )


def darker(colour: RGB, share: float) -> RGB:
    """Return ``colour`` with ``share`` of its light taken away."""
    return mix(colour, (0.05, 0.04, 0.05), share)
