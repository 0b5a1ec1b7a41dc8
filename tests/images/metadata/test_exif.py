import struct
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.images.formats.heic import heic_exif
from core.images.metadata.exif import ExifFacts, Position, parse_date, read_exif, read_gps
from tests.support.picture_bytes import HEIC, exif_block, gps_block

TAKEN, DIGITIZED, CHANGED = "2019:06:30 18:45:00", "2020:07:01 10:00:00", "2021:08:02 11:00:00"


@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
def test_orientation_and_the_time_of_the_shutter(byte_order, prefix):
    block = exif_block(byte_order, {0x0112: 6, 0x0132: CHANGED}, {0x9003: TAKEN, 0x9004: DIGITIZED})
    assert read_exif(prefix + block) == ExifFacts(6, datetime(2019, 6, 30, 18, 45))


def test_the_next_best_time_is_taken():
    without = exif_block("<", {0x0132: CHANGED}, {0x9004: DIGITIZED})
    assert read_exif(without).taken_at == datetime(2020, 7, 1, 10)
    unset = exif_block("<", {0x0132: CHANGED}, {0x9003: "0000:00:00 00:00:00", 0x9004: DIGITIZED})
    assert read_exif(unset).taken_at == datetime(2020, 7, 1, 10)
    assert read_exif(exif_block("<", {0x0112: 3}, {})) == ExifFacts(3, None)


def test_the_time_of_the_last_change_is_no_time_of_capture():
    assert read_exif(exif_block("<", {0x0132: CHANGED}, {})).taken_at is None
    unset = exif_block("<", {0x0132: CHANGED}, {0x9003: "0000:00:00 00:00:00"})
    assert read_exif(unset).taken_at is None


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_is_upright(orientation):
    assert read_exif(exif_block("<", {0x0112: orientation}, {})).orientation == 1


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2019:06:30 18:45:00", datetime(2019, 6, 30, 18, 45)),
        ("2019-06-30T18:45:00.123+02:00", datetime(2019, 6, 30, 18, 45)),
        ("2019/06/30 18:45:00\0\0", datetime(2019, 6, 30, 18, 45)),
        ("1900:01:01 00:00:00", datetime(1900, 1, 1)),
        ("0000:00:00 00:00:00", None),
        ("1899:12:31 23:59:59", None),
        ("2999:01:01 00:00:00", None),
        ("2019:02:30 10:00:00", None),
        ("2019:06:30 24:10:00", datetime(2019, 7, 1, 0, 10)),  # how some phones write ten past midnight
        ("2019:12:31 23:59:60", datetime(2020, 1, 1)),
        ("2019:06:30 18:45", datetime(2019, 6, 30, 18, 45)),
        ("2019:06:30", datetime(2019, 6, 30)),
        ("2019:06:30   :  :  ", datetime(2019, 6, 30)),
        ("2019: 6: 3  8: 5: 9", datetime(2019, 6, 3, 8, 5, 9)),
        ("2019:06:30 25:00:00", None),
        ("2019:06:30 18:60:00", None),
        ("2019:06:30 18:45:61", None),
        ("2019:06:301 18:45:00", None),
        ("    :  :     :  :  ", None),
        ("\xff\xfe\xfd garbage", None),
        ("", None),
    ],
)
def test_dates(text, wanted):
    assert parse_date(text) == wanted


def test_a_tag_that_points_out_of_the_block_is_passed_over():
    block = bytearray(exif_block("<", {0x0112: 6}, {0x9003: TAKEN}))
    entry = block.index(struct.pack("<HHL", 0x9003, 2, len(TAKEN) + 1))
    block[entry + 8 : entry + 12] = b"\xff\xff\xff\x7f"
    assert read_exif(bytes(block)) == ExifFacts(6, None)


def test_a_directory_that_contains_itself_ends():
    block = bytearray(exif_block("<", {0x0112: 6}, {}))
    entry = block.index(struct.pack("<HHL", 0x8769, 4, 1))
    block[entry + 8 : entry + 12] = block[4:8]
    assert read_exif(bytes(block)) == ExifFacts(6, None)


GOOD = exif_block(">", {0x0112: 6, 0x0132: CHANGED}, {0x9003: TAKEN})


@given(
    st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=8),
    st.integers(0, len(GOOD)),
)
@settings(max_examples=400, deadline=None)
def test_no_damage_raises(changes, length):
    block = bytearray(GOOD)
    for place, value in changes:
        block[place] = value
    facts = read_exif(bytes(block[:length]))
    assert 1 <= facts.orientation <= 8
    assert facts.taken_at is None or facts.taken_at.tzinfo is None


@given(st.binary(max_size=200))
def test_no_bytes_raise(data):
    assert read_exif(b"II*\0" + data).orientation in range(1, 9)


def test_exif_of_a_heic_is_found():
    block = heic_exif(HEIC)
    assert block is not None
    assert read_exif(block) == ExifFacts(6, datetime(2019, 6, 30, 18, 45))


@given(
    st.lists(st.tuples(st.integers(0, len(HEIC) - 1), st.integers(0, 255)), max_size=8),
    st.integers(0, len(HEIC)),
)
@settings(max_examples=400, deadline=None)
def test_no_damage_to_the_boxes_of_a_heic_raises(changes, length):
    data = bytearray(HEIC)
    for place, value in changes:
        data[place] = value
    block = heic_exif(bytes(data[:length]))
    assert block is None or block in bytes(data)


@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
def test_where_it_was_taken(byte_order, prefix):
    found = read_gps(prefix + gps_block(byte_order))
    assert found is not None
    assert found.latitude == pytest.approx(38.72)
    assert found.longitude == pytest.approx(-9 - 8 / 60)


def test_south_and_east_and_decimal_degrees():
    block = gps_block(
        latitude=((3385, 100), (0, 1), (0, 1)), longitude=((151, 1), (12, 1), (0, 7)), sides=("S", "E")
    )
    assert read_gps(block) == Position(-33.85, 151.2)


ZERO = ((0, 1), (0, 1), (0, 1))


@pytest.mark.parametrize(
    "parts",
    [
        {"latitude": ((38, 0), (43, 1), (12, 1))},
        {"longitude": ((9, 1), (8, 1), (0, 0))},
        {"latitude": ((90, 1), (1, 1), (0, 1))},
        {"longitude": ((181, 1), (0, 1), (0, 1))},
        {"latitude": ((38, 1), (61, 1), (0, 1))},
        {"latitude": ((2**32 - 1, 1), (0, 1), (0, 1))},
        {"latitude": ((38, 1), (43, 1))},
        {"latitude": ZERO, "longitude": ZERO},
        {"sides": ("E", "N")},
        {"sides": ("\0", "W")},
    ],
)
def test_a_place_that_cannot_be_is_none(parts):
    assert read_gps(gps_block(**parts)) is None


def test_the_equator_is_a_place():
    assert read_gps(gps_block(latitude=ZERO)) == Position(0, -9 - 8 / 60)


def test_a_block_that_says_nothing_of_a_place():
    assert read_gps(exif_block("<", {0x0112: 6}, {0x9003: TAKEN})) is None
    assert read_gps(b"") is None
    assert read_exif(gps_block()) == ExifFacts()


PLACED = gps_block(">")


@given(
    st.lists(st.tuples(st.integers(0, len(PLACED) - 1), st.integers(0, 255)), max_size=8),
    st.integers(0, len(PLACED)),
)
@settings(max_examples=400, deadline=None)
def test_no_damage_gives_a_place_off_the_globe(changes, length):
    block = bytearray(PLACED)
    for place, value in changes:
        block[place] = value
    found = read_gps(bytes(block[:length]))
    assert found is None or (abs(found.latitude) <= 90 and abs(found.longitude) <= 180)
