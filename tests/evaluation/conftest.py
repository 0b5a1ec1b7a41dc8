"""Collections small enough that every figure can be computed by hand."""

import math

import pytest
from PIL import Image

from tests.support.picture_bytes import encode


def at_angle(degrees, size=16):
    """A flat picture whose vector under the tiny encoder points at that angle of a circle."""
    turn = math.radians(degrees)
    colour = tuple(round(127.5 * (1 + part)) for part in (math.cos(turn), math.sin(turn), 0))
    return encode(Image.new("RGB", (size, size), colour), "PNG")


def fill(shop, pictures):
    """Add pictures given as name → (label, angle); returns their ids by name."""
    shop.add_files([(name, at_angle(angle)) for name, (_, angle) in pictures.items()])
    ids = {p.name: p.id for p in shop.page(limit=1000)}
    for name, (label, _) in pictures.items():
        if label:
            shop.set_label([ids[name]], label)
    return ids


def say_duplicates(shop, *pairs):
    """A person's word that pictures, given by id, are copies."""
    with shop._catalogue.transaction() as tx:
        for pair in pairs:
            a, b = sorted(shop.get(i).sha256 for i in pair)
            tx.execute(
                "INSERT INTO verdict (a_sha256, b_sha256, verdict, source, at) "
                "VALUES (?, ?, 'duplicate', 'test', '2026-01-01')",
                (a, b),
            )


def describe(shop, captions):
    """Give captions, by id."""
    with shop._catalogue.transaction() as tx:
        tx.executemany("UPDATE picture SET caption = ? WHERE id = ?", [(c, i) for i, c in captions.items()])


# By angle, so that who is nearest to whom can be read off:
#   a-0   → 10 a, 22 b, 45 a, 60 b      AP 5/6
#   a-10  → 0 a, 22 b, 45 a, 60 b       AP 5/6
#   a-45  → 60 b, 22 b, 10 a, 0 a       AP 5/12
#   b-22  → 10 a, 0 a, 45 a, 60 b       AP 1/4
#   b-60  → 45 a, 22 b, 10 a, 0 a       AP 1/2
FIVE = {
    "a-0.png": ("a", 0),
    "a-10.png": ("a", 10),
    "a-45.png": ("a", 45),
    "b-22.png": ("b", 22),
    "b-60.png": ("b", 60),
}
FIVE_AP = {"a-0.png": 5 / 6, "a-10.png": 5 / 6, "a-45.png": 5 / 12, "b-22.png": 1 / 4, "b-60.png": 1 / 2}


@pytest.fixture
def five(shop):
    """The five pictures above, labelled."""
    fill(shop, FIVE)
    return shop
