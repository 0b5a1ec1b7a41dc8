import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.embedding.text.colors import (
    COLOURS,
    WIDTH,
    colour_block,
    colour_direction,
    find_colours,
    name_colours,
)


@pytest.mark.parametrize(
    ("text", "colours", "rest"),
    [
        ("a red dress", ("red",), "a dress"),
        ("Red, white and RED shoes", ("red", "white"), "and shoes"),
        ("navy coat", ("blue",), "coat"),
        ("a red", ("red",), ""),
        ("something in gray", ("grey",), ""),
        ("a dress", (), "a dress"),
        ("a redwood tree", (), "a redwood tree"),
        ("", (), ""),
    ],
)
def test_colour_words(text, colours, rest):
    found = find_colours(text)
    assert (found.colours, found.rest) == (colours, rest)


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ((0, 0, 0), "black"),
        ((255, 255, 255), "white"),
        ((128, 128, 128), "grey"),
        ((255, 0, 0), "red"),
        ((128, 0, 0), "red"),
        ((0, 128, 0), "green"),
        ((0, 0, 255), "blue"),
        ((0, 0, 128), "blue"),
        ((255, 255, 0), "yellow"),
        ((255, 140, 0), "orange"),
        ((139, 69, 19), "brown"),
        ((255, 192, 203), "pink"),
        ((255, 105, 180), "pink"),
        ((128, 0, 128), "purple"),
        ((250, 245, 230), "white"),
    ],
)
def test_names_of_plain_colours(rgb, name):
    assert COLOURS[int(name_colours(np.array(rgb)))] == name


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_a_block_is_a_unit_vector_of_shares(seed, count):
    pixels = np.random.default_rng(seed).integers(0, 256, (count, 3, 12, 12), dtype=np.uint8)
    block = colour_block(pixels)
    assert block.shape == (count, WIDTH)
    assert (block >= 0).all()
    assert np.linalg.norm(block, axis=1) == pytest.approx(1, abs=1e-5)
    assert colour_block(pixels[:1]) == pytest.approx(block[:1])


def test_the_middle_counts_and_the_background_does_not():
    pixels = np.full((1, 3, 56, 56), 250, dtype=np.uint8)  # white, with a red square on a fifth of it
    pixels[0, :, 16:40, 16:40] = np.array([200, 20, 30])[:, None, None]
    assert COLOURS[int(colour_block(pixels)[0].argmax())] == "red"


def test_directions():
    assert colour_direction(()).sum() == 0
    both = colour_direction(["red", "blue"])
    assert np.linalg.norm(both) == pytest.approx(1)
    assert both[COLOURS.index("red")] == both[COLOURS.index("blue")]
