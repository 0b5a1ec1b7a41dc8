import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ImageError
from core.images.metadata.exif import Position
from core.images.metadata.gps import position_of, read_position
from tests.support.picture_bytes import HEIC, encode, gps_block, halves, noise

LISBON = Position(38 + 43 / 60 + 12 / 3600, -9 - 8 / 60)


def near(found):
    assert found is not None
    assert (found.latitude, found.longitude) == pytest.approx((LISBON.latitude, LISBON.longitude))


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_every_format_with_an_exif_block(format_name):
    near(position_of(encode(halves(), format_name, exif=b"Exif\0\0" + gps_block())))


def test_a_tiff_is_a_block_itself():
    near(position_of(gps_block()))


def test_a_png_with_the_block_behind_its_pixels():
    png = encode(halves(), "PNG")
    end = png.index(b"IEND") - 4
    chunk = b"eXIf" + gps_block()
    late = struct.pack(">L", len(chunk) - 4) + chunk + struct.pack(">L", zlib.crc32(chunk))
    near(position_of(png[:end] + late + png[end:]))


def test_nothing_is_said():
    for data in (b"", b"no picture", HEIC, encode(halves(), "GIF"), encode(halves(), "JPEG")):
        assert position_of(data) is None


@pytest.mark.parametrize("format_name", ["JPEG", "WEBP"])
def test_large_files(tmp_path, format_name):
    path = tmp_path / "large"
    large = encode(noise(900, 900), format_name, exif=b"Exif\0\0" + gps_block(), quality=100)
    assert len(large) > 300_000
    path.write_bytes(large)
    near(read_position(path))


def test_a_file_that_is_gone(tmp_path):
    with pytest.raises(ImageError, match="gone"):
        read_position(tmp_path / "gone.jpg")


WHOLE = {
    name: encode(halves(), name, exif=b"Exif\0\0" + gps_block()) for name in ("JPEG", "PNG", "WEBP", "AVIF")
}


@given(st.sampled_from(sorted(WHOLE)), st.data())
@settings(max_examples=300, deadline=None)
def test_no_damage_raises(name, data):
    whole = bytearray(WHOLE[name])
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=6)):
        whole[place] = data.draw(st.integers(0, 255))
    found = position_of(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    assert found is None or abs(found.latitude) <= 90
