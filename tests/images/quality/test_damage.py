"""Damage that a decoder goes on after, and its traces in the pixels."""

import io

import numpy as np
import pytest
from PIL import Image

from core.images.quality.damage import jpeg_damage, visible_damage
from core.images.quality.measure import measure
from tests.support.scenes import png, scene


def jpeg(image, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90, **options)
    return out.getvalue()


def cut(data, share):
    """A JPEG that ends after a share of its data, with the marker that ends a file."""
    start = data.index(b"\xff\xda")
    return data[: start + int((len(data) - start) * share)] + b"\xff\xd9"


@pytest.mark.parametrize("options", [{}, {"progressive": True}])
def test_a_sound_jpeg_gives_no_warning_and_a_cut_one_does(options):
    data = jpeg(scene(0), **options)
    assert jpeg_damage(data) == ""
    assert "end of data" in jpeg_damage(cut(data, 0.5))
    assert measure(cut(data, 0.5)).damage == 1.0
    assert measure(data).damage < 0.05


def test_other_formats_and_colours_are_no_damage():
    assert jpeg_damage(png(scene(0))) == ""
    assert jpeg_damage(jpeg(Image.new("CMYK", (40, 30)))) == ""
    assert jpeg_damage(b"no picture") == ""
    assert jpeg_damage(jpeg(scene(0)) + b"bytes after the end") == ""


def test_a_few_bytes_of_padding_before_the_end_are_no_damage():
    data = jpeg(scene(0))
    assert jpeg_damage(data[:-2] + b"\0\0" + data[-2:]) == ""
    assert "extraneous" in jpeg_damage(data[:-2] + b"\0" * 40 + data[-2:])


def test_a_gray_end_is_seen_after_it_was_saved_again():
    light = scene(1).point(lambda level: level // 2 + 100)  # whose ground is not the gray that is filled in
    image = Image.open(io.BytesIO(cut(jpeg(light), 0.6))).convert("RGB")
    saved = jpeg(image)
    assert jpeg_damage(saved) == ""
    assert measure(saved).damage > 0.2


def test_a_picture_that_is_gray_all_over_or_ends_in_another_colour_is_not_damaged():
    assert visible_damage(np.full((64, 64, 3), 128, np.uint8)) == 0
    photo = np.asarray(scene(0), np.uint8).copy()
    assert visible_damage(photo) == 0
    photo[200:] = (250, 250, 250)
    assert visible_damage(photo) == 0


def test_a_step_that_is_the_same_along_a_row_is_a_seam():
    rng = np.random.default_rng(0)
    columns = rng.integers(60, 180, (1, 96, 1)) + rng.integers(-3, 4, (96, 96, 3))  # what it shows goes on
    photo = columns.astype(np.uint8)
    assert visible_damage(photo) == 0
    broken = photo.copy()
    broken[48:] += 40
    assert visible_damage(broken) == pytest.approx(40 / 255, abs=0.02)
    assert visible_damage(broken[3:]) == 0  # not at the edge of a block
    assert visible_damage(broken[::2], 0.5) == pytest.approx(40 / 255, abs=0.02)
    striped = photo.copy()
    striped[48:50] += 40  # a stripe, after which it is as before
    assert visible_damage(striped) == 0
    table = photo.copy()
    table[48:] = 150  # the end of a thing: what is above does not go on
    assert visible_damage(table) == 0
