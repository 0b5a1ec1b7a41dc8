"""Small places that differ in pictures that are otherwise equal."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from core.dedup.evidence.differences import is_writing, multiples, sticking_out
from tests.support.scenes import scene


def page(number="1000"):
    """A form: forty lines of writing and a number."""
    image = Image.new("RGB", (480, 620), (255, 255, 255))
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(size=12)
    for line in range(36):
        pen.text((40, 70 + 14 * line), f"line {line * 7919 % 997} of the same words {line}", (0, 0, 0), font)
    pen.text((320, 30), f"No. {number}", (0, 0, 0), font)
    return image


def grey(image):
    return np.asarray(image.convert("L"), np.float32)


def saved(image, quality):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return Image.open(out)


@pytest.mark.parametrize("picture", [page(), scene(3, (480, 360))])
@pytest.mark.parametrize("quality", [20, 60, 95])
def test_saving_again_changes_no_place(picture, quality):
    assert sticking_out(grey(picture), grey(saved(picture, quality))) == 0.0


def test_a_blur_changes_no_place():
    picture = scene(3, (480, 360))
    assert sticking_out(grey(picture), grey(picture.filter(ImageFilter.GaussianBlur(2)))) == 0.0


@pytest.mark.parametrize("quality", [20, 95])
def test_another_number_on_a_form_sticks_out(quality):
    assert sticking_out(grey(page("1000")), grey(saved(page("1037"), quality))) > 1.5
    assert multiples(grey(page()), grey(page("1037"))).shape == (154, 119)


def test_equal_pictures_differ_nowhere_and_other_ones_everywhere():
    picture = grey(scene(4))
    assert sticking_out(picture, picture) == 0.0
    assert sticking_out(picture, grey(scene(5))) == 0.0


def test_writing_is_told_from_pictures():
    assert is_writing(grey(page()))
    assert not is_writing(grey(scene(1)))
    assert not is_writing(grey(Image.new("RGB", (100, 100), (255, 255, 255))))
