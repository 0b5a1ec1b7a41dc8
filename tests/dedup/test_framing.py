import numpy as np
import pytest

from core.dedup.framing import content_share


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
