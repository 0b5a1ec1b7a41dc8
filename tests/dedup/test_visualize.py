"""Two pictures laid over each other: the part they share, and what differs in it."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core.dedup.visualize import show
from core.errors import CollectionError
from tests.support.picture_bytes import encode
from tests.support.scenes import scene

RED = np.array([214, 40, 40])


@pytest.fixture
def shown(shop):
    """Adds two pictures and shows them."""

    def of(left, right):
        shop.add_files([("left.png", encode(left, "PNG")), ("right.png", encode(right, "PNG"))])
        ids = {p.name: p.id for p in shop.page()}
        return show(shop, ids["left.png"], ids["right.png"])

    return of


def reds(image):
    values = np.asarray(image, np.int64)
    return (values[..., 0] - values[..., 1:].max(axis=2)) > 60


def test_a_patch_is_what_differs(shown):
    left = scene(1)
    right = left.copy()
    ImageDraw.Draw(right).rectangle((40, 30, 120, 90), fill=(255, 255, 0))
    found = shown(left, right)
    assert 0.01 < found.share_differing < 0.3
    red = reds(found.difference().resize(right.size))
    assert red[40:80, 50:110].mean() > 0.8
    assert red[130:, 160:].mean() < 0.05


def test_a_brighter_copy_does_not_differ(shown):
    left = scene(2)
    right = Image.fromarray(np.clip(np.asarray(left, np.float32) * 1.15 + 8, 0, 255).astype(np.uint8))
    assert shown(left, right).share_differing < 0.02


def test_a_crop_is_outlined_in_what_it_was_cut_from(shown):
    left = scene(3)
    width, height = left.size
    found = shown(left, left.crop((width // 4, height // 4, width, height)))
    plain = found.left.resize((round(width * 300 / height), 300))
    drawn = np.asarray(found.matches(300), np.int64)[:, : plain.width]
    changed = np.abs(drawn - np.asarray(plain, np.int64)).sum(axis=2) > 60
    edge = changed[90:280, plain.width // 4 - 4 : plain.width // 4 + 8]
    assert edge.mean(axis=0).max() > 0.8, "the left edge of the crop"
    assert changed[:60, :40].mean() < 0.05, "nothing is drawn outside"


def test_pictures_with_nothing_in_common(shown):
    found = shown(Image.new("RGB", (64, 64), (200, 0, 0)), Image.new("RGB", (80, 60), (0, 0, 200)))
    assert found.difference() is None
    assert found.share_differing is None
    assert found.matches(100).height == 100


def test_a_picture_that_is_gone(shop):
    with pytest.raises(CollectionError, match="no picture 7"):
        show(shop, 7, 8)
