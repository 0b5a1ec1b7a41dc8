"""Capture times from XMP and IPTC."""

import struct
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.images.decoding.decode import load_image
from core.images.metadata.capture_time import xmp_date
from tests.support.picture_bytes import encode, exif_block, halves


def photoshop(*fields: tuple[int, bytes]) -> bytes:
    """An APP13 segment with an IPTC record of these fields."""
    record = b"".join(struct.pack(">BBBH", 0x1C, 2, number, len(value)) + value for number, value in fields)
    resource = b"8BIM" + struct.pack(">H", 0x0404) + b"\0\0" + struct.pack(">L", len(record)) + record
    content = b"Photoshop 3.0\0" + resource
    return b"\xff\xed" + struct.pack(">H", len(content) + 2) + content


def dated(*fields: tuple[int, bytes], **more) -> datetime | None:
    return load_image(encode(halves(), "JPEG", extra=photoshop(*fields), **more)).taken_at


@pytest.mark.parametrize(
    ("packet", "wanted"),
    [
        (b'exif:DateTimeOriginal="2017-05-31T19:00:00"', datetime(2017, 5, 31, 19)),
        (b"<exif:DateTimeOriginal>2017-05-31T19:00:00.5Z</exif:DateTimeOriginal>", datetime(2017, 5, 31, 19)),
        (b"<photoshop:DateCreated>2017-05-31</photoshop:DateCreated>", datetime(2017, 5, 31)),
        (b"xmp:CreateDate='2017-05-31T19:00+02:00'", datetime(2017, 5, 31, 19)),
        (b"xmp:CreateDate='2020-01-01' exif:DateTimeOriginal='2017-05-31'", datetime(2017, 5, 31)),
        (b"xmp:CreateDate='2020-01-01' exif:DateTimeOriginal='never'", datetime(2020, 1, 1)),
        (b"xmp:ModifyDate='2020-01-01' xmp:MetadataDate='2020-01-01'", None),
        (b"", None),
    ],
)
def test_xmp(packet, wanted):
    assert xmp_date(packet) == wanted


@given(st.binary(max_size=200))
def test_no_packet_raises(packet):
    found = xmp_date(b"exif:DateTimeOriginal='" + packet)
    assert found is None or found.tzinfo is None


def test_iptc():
    assert dated((55, b"20170531"), (60, b"191000+0200")) == datetime(2017, 5, 31, 19, 10)
    assert dated((55, b"20170531")) == datetime(2017, 5, 31)
    assert dated((62, b"20170531"), (63, b"080000")) == datetime(2017, 5, 31, 8)
    assert dated((55, b"00000000"), (62, b"20170531")) == datetime(2017, 5, 31)
    assert dated((5, b"a title")) is None
    assert dated((55, b"\xff\xfe")) is None


def test_exif_is_believed_first_and_xmp_before_iptc():
    block = b"Exif\0\0" + exif_block("<", {}, {0x9003: "2019:08:07 06:05:04"})
    xmp = b"<x xmp:CreateDate='2018-01-01'/>"
    assert dated((55, b"20170531"), exif=block, xmp=xmp) == datetime(2019, 8, 7, 6, 5, 4)
    assert dated((55, b"20170531"), xmp=xmp) == datetime(2018, 1, 1)
