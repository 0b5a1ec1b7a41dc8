"""What the markers of a JPEG say, and which files without an end marker are whole."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.errors import ImageError
from core.images.decoding.decode import load_image
from core.images.formats.jpeg import read_scans
from tests.support.picture_bytes import encode, halves, noise

KINDS = {
    "baseline": {},
    "full colour": {"subsampling": 0},
    "progressive": {"progressive": True},
    "restarts": {"restart_marker_blocks": 1},
    "progressive with restarts": {"progressive": True, "restart_marker_rows": 1},
}


def test_a_baseline_jpeg_has_one_scan_and_keeps_no_coefficients():
    scans = read_scans(encode(noise(64, 48), "JPEG"), 100)
    assert (scans.count, scans.single_pass, scans.samples_per_pixel) == (1, True, 1.5)
    assert scans.all_precise


def test_the_scans_of_a_progressive_jpeg_are_counted():
    data = encode(noise(64, 48), "JPEG", progressive=True, subsampling=0)
    scans = read_scans(data, 100)
    assert (scans.count, scans.single_pass, scans.samples_per_pixel) == (10, False, 3.0)
    assert scans.all_precise
    assert scans.ended


def test_counting_stops_where_it_is_told_to():
    data = encode(noise(64, 48), "JPEG", progressive=True)
    assert read_scans(data, 3).count == 4


def test_a_progressive_jpeg_without_its_last_scan_is_not_precise():
    data = encode(noise(64, 48), "JPEG", progressive=True)
    assert not read_scans(data[: data.rindex(b"\xff\xda")], 100).all_precise


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_jpeg_without_its_end_marker_is_read(kind):
    data = encode(noise(64, 48), "JPEG", **KINDS[kind])
    whole = load_image(data).image.tobytes()
    assert load_image(data[:-2]).image.tobytes() == whole
    assert load_image(data[:-1]).image.tobytes() == whole


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("image", [noise(64, 48), halves(), Image.new("L", (33, 17), 90)])
def test_a_jpeg_that_lacks_any_pixel_is_refused(kind, image):
    data = encode(image, "JPEG", **KINDS[kind])
    whole = load_image(data).image.tobytes()
    for missing in range(1, min(400, len(data))):
        try:
            found = load_image(data[:-missing]).image
        except ImageError:
            continue
        assert found.tobytes() == whole


def test_a_smaller_decode_of_a_jpeg_without_its_end_marker():
    data = encode(noise(640, 480), "JPEG")
    small, whole = load_image(data[:-2], min_side=50), load_image(data, min_side=50)
    assert (small.width, small.height) == (640, 480)
    assert small.image.tobytes() == whole.image.tobytes()


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_no_bytes_raise(rest):
    assert read_scans(b"\xff\xd8" + rest, 5).count <= 6


def test_bytes_that_belong_to_no_segment_are_counted():
    data = encode(noise(64, 48), "JPEG")
    assert read_scans(data, 5).loose == 0
    assert read_scans(data[:2] + bytes(1000) + data[2:], 5).loose == 1000
    assert read_scans(data[:2] + b"\xff" * 1000 + data[2:], 5).loose == 1000


def test_the_length_of_a_segment_is_believed_and_its_content_is_not_read():
    data = encode(noise(64, 48), "JPEG")
    false_scan = b"\xff\xda\0\x08\1\1\0\0\x3f\0"
    comment = b"\xff\xfe" + struct.pack(">H", 2 + len(false_scan)) + false_scan
    assert read_scans(data[:2] + comment + data[2:], 5).count == 1
