import numpy as np
import pytest

from core.images.quality.framing import content_share, is_framed


def noise(height, width):
    return np.random.default_rng(0).integers(0, 255, (height, width)).astype(np.uint8)


def test_a_picture_without_a_frame_counts_whole():
    assert content_share(noise(30, 40)) == 1.0


@pytest.mark.parametrize("level", [0, 128, 255])
def test_what_lies_inside_a_plain_frame(level):
    framed = np.full((40, 50), level, np.uint8)
    framed[5:35, 10:45] = noise(30, 35)
    assert content_share(framed) == pytest.approx(30 * 35 / (40 * 50))


def test_a_picture_that_is_plain_all_over_or_nearly_is_judged_whole():
    assert content_share(np.full((20, 20), 7, np.uint8)) == 1.0
    assert content_share(np.full((1, 1), 7, np.uint8)) == 1.0
    dot = np.full((20, 20), 7, np.uint8)
    dot[9:11, 9:11] = 200
    assert content_share(dot) == 1.0


def test_bars_are_a_frame_and_a_page_around_a_product_is_none():
    photo = noise(60, 80)
    assert not is_framed(photo)
    assert is_framed(np.pad(photo, ((10, 10), (0, 0))))
    assert is_framed(np.pad(photo, 8, constant_values=255))
    assert not is_framed(np.pad(photo, ((10, 0), (0, 0))))  # one edge: a sky, a table
    page = np.full((100, 100), 250, np.uint8)
    y, x = np.ogrid[:100, :100]
    page[(y - 50) ** 2 + (x - 50) ** 2 < 35**2] = 60
    assert not is_framed(page)
    assert not is_framed(np.full((20, 20), 7, np.uint8))


def test_a_white_page_inside_black_bars_goes_too():
    page = np.pad(noise(60, 40), ((0, 0), (10, 10)), constant_values=255)
    barred = np.pad(np.pad(page, ((8, 8), (0, 0)), constant_values=255), ((0, 0), (20, 20)))
    assert content_share(barred) * barred.size == pytest.approx(content_share(page) * page.size, rel=0.15)
