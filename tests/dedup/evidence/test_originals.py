"""Pairs that have much in common and are no copies: what their originals tell."""

import io

import pytest
from PIL import Image, ImageDraw

from core.dedup.scan import pairs, scan
from tests.dedup.evidence.test_differences import page
from tests.support.scenes import png, scene


def several(frames, name):
    out = io.BytesIO()
    frames[0].save(
        out, name, save_all=True, append_images=frames[1:], **({"duration": 80} if name == "GIF" else {})
    )
    return out.getvalue()


def seen(collection, *files):
    """The only pair of two files."""
    collection.add_files(list(files))
    scan(collection)
    (pair,) = pairs(collection)
    return pair


@pytest.mark.parametrize(("name", "ending"), [("GIF", "gif"), ("TIFF", "tif")])
def test_one_first_frame_does_not_make_two_files_equal(shop, name, ending):
    first, others = scene(0), [[scene(seed) for seed in range(start, start + 3)] for start in (10, 20)]
    pair = seen(
        shop,
        (f"a.{ending}", several([first, *others[0]], name)),
        (f"b.{ending}", several([first, *others[1]], name)),
    )
    assert (pair.evidence.same_pixels, pair.evidence.frames_apart) == (False, 1.0)
    assert (pair.evidence.frames_a, pair.evidence.frames_b, pair.kind) == (4, 4, "edited")
    assert pair.probability < 0.1


def test_animations_of_equal_frames_are_exact_and_a_still_of_one_is_its_frame(shop):
    frames = [scene(seed, (160, 120), 40).quantize(64) for seed in (1, 2, 3)]
    moving = several(frames, "GIF")
    shop.add_files(
        [("a.gif", moving), ("b.gif", moving + b"\0"), ("still.png", png(frames[0].convert("RGB")))]
    )
    scan(shop)
    names = {p.id: p.name for p in shop.page()}
    found = {frozenset((names[p.a], names[p.b])): p for p in pairs(shop)}
    assert found[frozenset(("a.gif", "b.gif"))].kind == "exact"
    still = found[frozenset(("a.gif", "still.png"))]
    assert (still.kind, still.evidence.same_pixels) == ("frame or page", False)
    assert 0.9 < still.probability < 0.995


def test_forms_that_differ_in_a_number_are_edited_and_no_sure_duplicates(shop):
    pair = seen(shop, ("a.png", png(page("1000"))), ("b.png", png(page("1037"))))
    assert (pair.kind, pair.evidence.writing) == ("edited", True)
    assert pair.evidence.changed > 1.5
    assert pair.probability <= 0.5


def test_a_spot_painted_over_is_edited_and_still_found(shop):
    picture = scene(2)
    painted = picture.copy()
    ImageDraw.Draw(painted).rectangle((200, 150, 226, 170), (250, 250, 250))
    pair = seen(shop, ("a.png", png(picture)), ("b.png", png(painted)))
    assert (pair.kind, pair.evidence.writing) == ("edited", False)
    assert 0.9 < pair.probability < 0.995


@pytest.mark.parametrize("colours", [("white", "black"), ("white", "#fffae0"), ("#0000c0", "white")])
def test_plain_colours_are_no_duplicates_of_each_other(shop, colours):
    shop.add_files(
        [(f"{number}.png", png(Image.new("RGB", (90, 90), colour))) for number, colour in enumerate(colours)]
    )
    scan(shop)
    for pair in pairs(shop):
        assert pair.kind == "nothing to compare"
        assert pair.probability < 0.01


def test_two_sizes_of_one_plain_colour_are_left_open(shop):
    pair = seen(shop, *((f"{side}.png", png(Image.new("RGB", (side, side), "white"))) for side in (80, 120)))
    assert pair.kind == "nothing to compare"
    assert pair.probability <= 0.5


def test_small_icons_and_white_letters_are_told_apart(shop):
    files = []
    for number in range(4):
        icon = Image.new("RGBA", (16, 16), (0, 0, 0, 0))
        pen = ImageDraw.Draw(icon)
        pen.rectangle((number, 2 * number, number + 5, 2 * number + 3), (40 * number, 200 - 40 * number, 90))
        pen.rectangle((9 - number, 8, 14 - number, 13), (200, 20, 60 * number))
        files.append((f"icon{number}.png", png(icon)))
    for letter in "AB":
        shape = Image.new("RGBA", (200, 200), (255, 255, 255, 0))
        ImageDraw.Draw(shape).text((60, 20), letter, (255, 255, 255, 255), font_size=130)
        files.append((f"{letter}.png", png(shape)))
    shop.add_files(files)
    scan(shop)
    assert all(pair.probability <= 0.5 for pair in pairs(shop))
