import numpy as np
import pytest
from PIL import Image

from core.dedup.evidence.phash import TURNS, difference, distance, lay_down, look_at, pack, unpack
from tests.support.scenes import scene

LAID = {
    "none": None,
    "mirror": Image.Transpose.FLIP_LEFT_RIGHT,
    "flip": Image.Transpose.FLIP_TOP_BOTTOM,
    "half turn": Image.Transpose.ROTATE_180,
    "transpose": Image.Transpose.TRANSPOSE,
    "quarter turn left": Image.Transpose.ROTATE_90,
    "quarter turn right": Image.Transpose.ROTATE_270,
    "transverse": Image.Transpose.TRANSVERSE,
}


def turned(image, turn):
    return image if LAID[turn] is None else image.transpose(LAID[turn])


@pytest.mark.parametrize("turn", TURNS)
def test_a_turned_picture_is_known_again_with_its_turn(turn):
    for seed in range(3):
        image = scene(seed)
        bits, seen = distance(look_at(image), look_at(turned(image, turn)))
        assert bits <= 2
        assert seen == turn


@pytest.mark.parametrize("turn", TURNS)
def test_a_grid_is_laid_down_as_a_picture_is(turn):
    grid = np.random.default_rng(0).integers(0, 255, (8, 8, 3), np.uint8)
    assert np.array_equal(lay_down(grid, turn), np.asarray(turned(Image.fromarray(grid), turn)))


def test_strangers_are_far_apart():
    looks = [look_at(scene(seed)) for seed in range(12)]
    apart = [distance(a, b)[0] for n, a in enumerate(looks) for b in looks[:n]]
    assert min(apart) > 8


def test_small_changes_change_few_bits():
    image = scene(4)
    smaller = image.resize((100, 75), Image.Resampling.LANCZOS)
    assert distance(look_at(image), look_at(smaller))[0] <= 2


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (300, 300)])
def test_a_flat_picture_has_no_hash_and_is_far_from_everything(size):
    flat = look_at(Image.new("RGB", size, (10, 200, 30)))
    assert flat.hashes is None
    assert distance(flat, flat) == (64, "none")
    assert distance(flat, look_at(scene(0))) == (64, "none")
    assert flat.colours.tolist() == [[[10, 200, 30]] * 8] * 8


def test_the_difference_is_that_of_the_cell_that_differs_most():
    black = Image.new("RGB", (80, 80))
    marked = black.copy()
    marked.paste((90, 60, 30), (0, 0, 10, 10))
    assert difference(look_at(black), look_at(black), "none") == 0
    assert difference(look_at(black), look_at(marked), "none") == pytest.approx(60, abs=6)
    right = marked.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    assert difference(look_at(marked), look_at(right), "mirror") <= 1


@pytest.mark.parametrize("image", [scene(1), Image.new("RGB", (9, 9))])
def test_packing_keeps_all_of_it(image):
    look = look_at(image)
    again = unpack(*pack(look))
    assert np.array_equal(again.colours, look.colours)
    assert (again.hashes is None) == (look.hashes is None)
    assert look.hashes is None or np.array_equal(again.hashes, look.hashes)
