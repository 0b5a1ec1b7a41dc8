"""What is measured of hand-made pictures with a known property."""

from dataclasses import asdict, astuple

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from core.errors import ImageError
from core.images.quality import measure
from core.images.quality.blur import blur
from core.images.quality.detail import structured_share
from core.images.quality.framing import frame_share
from core.images.quality.tones import chroma, level, overexposure
from tests.support.scenes import png, scene


def greys(seed=0, size=(40, 40), low=0, high=255):
    return np.random.default_rng(seed).integers(low, high + 1, size).astype(np.uint8)


def exposure(grey):
    return overexposure(np.stack([grey] * 3, axis=2), grey)


def test_a_blurred_picture_is_more_blurred_and_a_plain_one_all_blur():
    sharp = scene(0).convert("L")
    values = [
        blur(np.asarray(sharp.filter(ImageFilter.GaussianBlur(radius)), np.uint8)) for radius in range(4)
    ]
    assert values == sorted(values)
    assert 0 < values[0] < 0.3
    assert 0.45 < values[3] < 1
    assert blur(np.full((30, 20), 9, np.uint8)) == 1.0
    assert blur(np.zeros((1, 1), np.uint8)) == 1.0


def test_a_moved_camera_is_seen_in_the_direction_in_which_it_moved():
    stripes = np.tile(np.repeat([30, 220], 8).astype(np.uint8), (64, 4))
    still = np.asarray(scene(1).convert("L"), np.uint8)
    moved = np.stack([np.convolve(row, np.ones(15) / 15, "same") for row in still.astype(float)]).astype(
        np.uint8
    )
    assert blur(moved) > blur(still) + 0.2
    assert blur(stripes) == blur(stripes.T)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 1000), st.integers(1, 110))
def test_more_light_is_never_measured_as_less(seed, more):
    dark = greys(seed, (8, 8), 0, 130)
    bright = dark + np.uint8(more)
    assert level(bright, 0.99) >= level(dark, 0.99)
    assert exposure(bright) >= exposure(dark)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 1000), st.floats(0, 1))
def test_a_level_is_the_quantile_it_says(seed, quantile):
    values = greys(seed, (6, 7))
    found = round(level(values, quantile) * 255)
    assert np.mean(values <= found) >= quantile - 1e-9
    assert found == 0 or np.mean(values < found) < quantile + 1e-9


@pytest.mark.parametrize("page", [225, 255])
def test_a_product_on_a_light_page_is_not_too_bright(page):
    picture = np.full((100, 100), page, np.uint8)
    picture[35:65, 35:65] = 60
    assert picture.mean() / 255 > 0.8
    assert exposure(picture) == pytest.approx(60 / 255 + 0.2)


def test_a_picture_without_its_darks_is_too_bright():
    assert exposure(greys(0, (50, 50), 190, 240)) > 0.8
    assert exposure(np.full((9, 9), 255, np.uint8)) == 1.0


def test_gray_has_no_chroma():
    assert chroma(np.full((2, 2, 3), 77, np.uint8)).max() == 0
    assert chroma(np.array([[[10, 200, 30]]], np.uint8)).item() == 190


def test_the_share_that_shows_something():
    plain = np.full((64, 64, 3), 120, np.uint8)
    assert structured_share(plain) == 0
    half = plain.copy()
    half[:32] = np.random.default_rng(0).integers(0, 255, (32, 64, 3))
    assert structured_share(half) == pytest.approx(0.5, abs=0.07)
    assert structured_share(np.zeros((1, 3, 3), np.uint8)) == 0


def test_a_pair_of_bars_counts_beside_a_picture_that_is_dark_at_one_of_them():
    photo = greys(3, (60, 80), 60, 255)
    photo[-4:, :50] = 5
    share = frame_share(np.pad(photo, ((10, 10), (0, 0))))
    assert share == pytest.approx(20 / 80, abs=0.06)
    assert frame_share(photo) == 0


def test_a_product_in_the_middle_of_a_page_is_not_in_a_frame():
    page = np.full((100, 80), 255, np.uint8)
    page[20:80, 25:55] = 90
    page[20:40, 10:70] = 90  # sleeves: the upper end is straight, the lower one is not
    assert frame_share(page) == 0
    assert frame_share(np.where(page == 255, 40, page).astype(np.uint8)) > 0  # the same between dark bars


def test_every_measure_of_a_file_is_finite_and_in_its_range():
    for image in (
        scene(0),
        Image.new("RGB", (1, 1)),
        Image.new("RGB", (3, 700), "white"),
        Image.new("L", (9, 9)),
    ):
        found = measure(png(image))
        assert np.isfinite(astuple(found)).all()
        assert all(0 <= value <= 1 for name, value in asdict(found).items() if name != "detail")


def test_a_large_picture_measures_like_the_same_picture_at_half_the_size():
    large = scene(2, (1600, 1200))
    half = large.resize((800, 600), Image.Resampling.BOX)
    assert np.allclose(astuple(measure(png(large))), astuple(measure(png(half))), atol=0.12)


def test_what_is_no_picture_is_an_error():
    with pytest.raises(ImageError):
        measure(b"no picture")
