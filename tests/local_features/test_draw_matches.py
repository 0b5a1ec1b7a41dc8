import numpy as np
import pytest
from PIL import Image

from core.local_features.draw_matches import draw_matches


def test_two_pictures_side_by_side_with_their_lines():
    a, b = Image.new("RGB", (200, 100), (10, 10, 10)), Image.new("RGB", (100, 100), (20, 20, 20))
    sheet = draw_matches(a, b, [(0.5, 0.5, 0.5, 0.5)], height=50)
    assert sheet.size == (100 + 12 + 50, 50)
    assert sheet.getpixel((2, 2)) == (10, 10, 10)
    assert sheet.getpixel((160, 2)) == (20, 20, 20)
    # The line runs level from the middle of one to the middle of the other.
    assert sheet.getpixel((80, 25)) not in [(10, 10, 10), (255, 255, 255)]
    assert sheet.getpixel((106, 25)) != (255, 255, 255)
    assert sheet.getpixel((40, 25)) == (10, 10, 10)


def test_mirrored_matches_look_different():
    a = Image.new("RGB", (50, 50))
    straight = draw_matches(a, a, [(0, 0, 1, 1)])
    assert (
        np.asarray(straight).tobytes()
        != np.asarray(draw_matches(a, a, [(0, 0, 1, 1)], mirrored=True)).tobytes()
    )


@pytest.mark.parametrize("count", [0, 1, 60, 61, 5000])
def test_any_number_of_lines(count):
    rng = np.random.default_rng(0)
    lines = [tuple(row) for row in rng.uniform(0, 1, (count, 4))]
    draw_matches(Image.new("L", (30, 3)), Image.new("RGBA", (3, 30)), lines, height=40)


def test_a_height_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        draw_matches(Image.new("RGB", (3, 3)), Image.new("RGB", (3, 3)), [], height=0)
