import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.images.thumbnails import THUMBNAIL_SIDE, is_whole_thumbnail, make_thumbnail
from tests.support.picture_bytes import BLUE, RED, close, halves, noise


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=["JPEG"]).convert("RGB")


@given(st.integers(1, 700), st.integers(1, 700), st.integers(1, 300))
@settings(max_examples=80, deadline=None)
def test_it_fits_never_grows_and_keeps_its_shape(width, height, side):
    got = opened(make_thumbnail(Image.new("RGB", (width, height), RED), side)).size
    if max(width, height) <= side:
        assert got == (width, height)
    else:
        assert max(got) == side
        assert min(got) == max(1, round(min(width, height) * side / max(width, height)))


def test_the_picture_is_still_that_picture():
    small = opened(make_thumbnail(halves(1200, 900)))
    assert small.size == (THUMBNAIL_SIDE, 192)
    assert close(small.getpixel((20, 20)), RED)
    assert close(small.getpixel((230, 170)), BLUE)


def test_the_same_picture_gives_the_same_bytes_and_stays_as_it_was():
    image = noise(500, 400)
    before = image.tobytes()
    assert make_thumbnail(image) == make_thumbnail(image.copy())
    assert image.tobytes() == before


def test_a_comment_in_the_picture_does_not_travel():
    image = halves()
    image.info["comment"] = b"where I live"
    assert b"where I live" not in make_thumbnail(image)


def test_a_needle():
    assert opened(make_thumbnail(Image.new("RGB", (65_000, 1), RED))).size == (256, 1)


def test_wrong_arguments():
    with pytest.raises(ValueError, match="not RGBA"):
        make_thumbnail(Image.new("RGBA", (4, 4)))
    with pytest.raises(ValueError, match="side is 0"):
        make_thumbnail(halves(), 0)


def test_a_cut_or_empty_thumbnail_is_not_whole():
    data = make_thumbnail(Image.new("RGB", (300, 200), RED))
    assert is_whole_thumbnail(data)
    assert not any(is_whole_thumbnail(data[:length]) for length in (0, 1, 2, len(data) // 2, len(data) - 1))
