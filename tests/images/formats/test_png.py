"""PNG files with large, damaged or meaningful texts."""

import struct
import zlib
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ImageError
from core.images.decoding.decode import load_image
from core.images.formats import png
from core.images.formats.png import exif_of_png, has_16_bits, without_texts, xmp_of_png
from core.images.metadata.gps import position_of
from tests.support.picture_bytes import encode, exif_block, gps_block, halves, noise

GOOD = encode(noise(64, 48), "PNG")
PIXELS = load_image(GOOD).image.tobytes()


def chunk(kind: bytes, content: bytes, *, damaged: bool = False) -> bytes:
    checksum = zlib.crc32(kind + content) ^ damaged
    return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", checksum)


def with_chunks(*chunks: bytes, data: bytes = GOOD) -> bytes:
    """`data` with chunks put in behind its header."""
    return data[:33] + b"".join(chunks) + data[33:]


def raw_profile(block: bytes, keyword: bytes = b"Raw profile type exif") -> bytes:
    digits = b"\n".join(block.hex()[i : i + 72].encode() for i in range(0, 2 * len(block), 72))
    text = b"\nexif\n%8d\n%s\n" % (len(block), digits)
    return chunk(b"zTXt", keyword + b"\0\0" + zlib.compress(text))


@pytest.mark.parametrize(
    "texts",
    [
        [chunk(b"tEXt", b"Comment\0" + b"x" * 3_000_000)],
        [chunk(b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(bytes(30_000_000)))],
        [chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(1_000_000)))] * 80,
        [chunk(b"tEXt", b"Comment\0hello", damaged=True)],
        [chunk(b"zTXt", b"Comment\0\0not packed at all")],
        [chunk(b"tEXt", b"")],
        [chunk(b"gAMA", b"\0\0\xb1\x8f", damaged=True)],
    ],
)
def test_texts_and_damaged_extras_do_not_spoil_the_pixels(texts):
    assert load_image(with_chunks(*texts)).image.tobytes() == PIXELS


def test_a_damaged_chunk_of_pixels_is_still_damage():
    data = bytearray(GOOD)
    data[-20] ^= 1
    with pytest.raises(ImageError):
        load_image(bytes(data))


def test_nothing_is_copied_where_there_is_nothing_to_leave_out():
    assert without_texts(GOOD) is GOOD


def test_a_png_in_very_many_pieces_is_refused():
    data = with_chunks(*[chunk(b"prIv", b"")] * (png.MAX_CHUNKS + 1))
    with pytest.raises(ImageError, match="cut into more than 100,000 pieces"):
        load_image(data)


@pytest.mark.parametrize("keyword", [b"Raw profile type exif", b"Raw profile type APP1"])
@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
def test_exif_in_a_text_turns_and_dates_the_picture(keyword, prefix):
    block = prefix + exif_block("<", {0x0112: 6}, {0x9003: "2019:08:07 06:05:04"})
    loaded = load_image(with_chunks(raw_profile(block, keyword)))
    assert (loaded.width, loaded.height) == loaded.image.size == (48, 64)
    assert loaded.taken_at == datetime(2019, 8, 7, 6, 5, 4)


def test_a_place_in_a_text_is_found():
    found = position_of(with_chunks(raw_profile(gps_block())))
    assert found is not None
    assert found.latitude == pytest.approx(38.72)


def test_the_exif_chunk_is_believed_before_a_text():
    data = encode(halves(), "PNG", exif=b"Exif\0\0" + exif_block("<", {}, {0x9003: "2001:01:01 00:00:00"}))
    text = raw_profile(exif_block("<", {}, {0x9003: "2019:08:07 06:05:04"}))
    assert load_image(with_chunks(text, data=data)).taken_at == datetime(2001, 1, 1)


@pytest.mark.parametrize("packed", [False, True])
def test_xmp_dates_the_picture(packed):
    packet = b"<rdf:Description xmp:CreateDate='2017-05-31T19:00:00+02:00'/>"
    content = zlib.compress(packet) if packed else packet
    text = chunk(b"iTXt", b"XML:com.adobe.xmp\0" + bytes([packed]) + b"\0\0\0" + content)
    assert xmp_of_png(with_chunks(text)) == packet
    assert load_image(with_chunks(text)).taken_at == datetime(2017, 5, 31, 19)


def test_16_bits_are_told_from_the_header():
    assert not has_16_bits(GOOD)
    assert has_16_bits(GOOD[:24] + b"\x10" + GOOD[25:])


XMP = chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(b"x"))
RICH = with_chunks(raw_profile(gps_block()), XMP)


@given(
    st.lists(st.tuples(st.integers(8, 700), st.integers(0, 255)), max_size=8),
    st.integers(0, len(RICH)),
)
@settings(max_examples=300, deadline=None)
def test_no_damage_raises(changes, length):
    data = bytearray(RICH)
    for place, value in changes:
        data[place] = value
    for read in (without_texts, exif_of_png, xmp_of_png):
        read(bytes(data[:length]))
