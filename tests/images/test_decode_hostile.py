"""What bad files lead to: one plain sentence, always, and never another exception or a guess at pixels."""

import io
import os
import socket
import struct
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from core.errors import ImageError
from core.images.decoding.decode import MAX_MEGAPIXELS, load_image
from core.images.files import MAX_FILE_BYTES
from tests.support.picture_bytes import HEIC, RED, encode, halves, noise, png_with_size

FILES = {
    "PNG": encode(noise(64, 48), "PNG"),
    "JPEG": encode(noise(64, 48), "JPEG"),
    "JPEG, progressive": encode(noise(64, 48), "JPEG", progressive=True),
    "WEBP": encode(noise(64, 48), "WEBP"),
    "WEBP, lossless": encode(noise(64, 48), "WEBP", lossless=True),
    "GIF": encode(noise(64, 48), "GIF"),
    "BMP": encode(noise(64, 48), "BMP"),
    "TIFF": encode(noise(64, 48), "TIFF"),
    "TIFF, LZW": encode(noise(64, 48), "TIFF", compression="tiff_lzw"),
    "AVIF": encode(noise(64, 48), "AVIF"),
    "HEIC": HEIC,
}


def reason(data) -> str:
    with pytest.raises(ImageError) as caught:
        load_image(data)
    return str(caught.value)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_picture_that_ends_early_is_refused_wherever_it_ends(name):
    data = FILES[name]
    whole = load_image(data).image.tobytes()
    for length in range(1, len(data), max(1, len(data) // 60)):
        try:
            image = load_image(data[:length]).image
        except ImageError:
            continue
        # What is cut off after the last pixel is not missed.
        assert image.tobytes() == whole
        assert length > len(data) - 30


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_the_sentence_for_half_a_file(name):
    data = FILES[name]
    assert reason(data[: len(data) * 2 // 3]) == f"The file ends early: it is a truncated {name}."


def test_half_a_jpeg_is_refused_in_a_smaller_decode_too():
    data = encode(noise(640, 480), "JPEG")
    with pytest.raises(ImageError, match="truncated JPEG"):
        load_image(data[: len(data) // 2], min_side=50)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty."),
        (bytes(100), "nothing but zeros"),
        (b"%PDF-1.7\n", "it starts like a PDF"),
        (b"8BPS\0\1", "a Photoshop document"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "a PostScript file"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "it starts like a web page"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing"),
        (b"not a picture at all", "it starts like text"),
        (b"BM is how this text starts, and no bitmap", "it starts like text"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "it starts like a video"),
        (b"II*\0\x10\0\0\0CR\2\0" + bytes(40), "a camera's raw file"),
        (b"\x89\x01\x02\x03" * 10, "Not a picture that can be read here (PNG, JPEG"),
    ],
)
def test_what_is_no_picture_is_named(data, words):
    assert words in reason(data)


def test_a_zip_under_a_pictures_name_is_named(tmp_path):
    path = tmp_path / "holiday.jpg"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", "b")
    assert "it starts like a ZIP archive" in reason(path)


def test_a_parser_that_is_not_listed_never_runs():
    # Pillow itself would open this one, with its parser for PPM.
    data = encode(halves(), "PPM")
    Image.open(io.BytesIO(data)).load()
    assert "Not a picture that can be read here" in reason(data)


def test_a_raw_files_preview_is_not_taken_for_the_picture():
    image = halves()
    data = encode(image, "TIFF", tiffinfo={254: 1, 330: 8})
    assert "a camera's raw file" in reason(data)
    assert load_image(encode(image, "TIFF", tiffinfo={254: 0})).width == 40


# ---- too many pixels


def bmp_with_size(width: int, height: int) -> bytes:
    header = struct.pack("<LllHHLLllLL", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<LLL", 14 + 40, 0, 14 + 40) + header


def gif_with_size(width: int, height: int) -> bytes:
    data = bytearray(encode(Image.new("P", (1, 1)), "GIF"))
    data[6:10] = struct.pack("<HH", width, height)
    return bytes(data)


def webp_with_size(width: int, height: int) -> bytes:
    data = bytearray(encode(Image.new("RGBA", (8, 8), (1, 2, 3, 4)), "WEBP"))
    assert data[12:16] == b"VP8X"
    data[24:27], data[27:30] = (width - 1).to_bytes(3, "little"), (height - 1).to_bytes(3, "little")
    return bytes(data)


@pytest.mark.parametrize("make", [png_with_size, bmp_with_size, gif_with_size, webp_with_size])
def test_a_declared_size_over_the_cap_is_refused_before_decoding(make):
    assert reason(make(50_000, 50_000)) == "50000 × 50000 pixels is more than the 200 megapixels allowed."


def test_the_cap_is_what_it_says():
    side = int((MAX_MEGAPIXELS * 1_000_000) ** 0.5)
    assert "megapixels allowed" in reason(png_with_size(side + 1, side + 1))
    # One row fewer is let through to the decoder, which finds the pixels missing.
    assert "megapixels" not in reason(png_with_size(side, side))


def test_a_needle_is_refused():
    assert "no side may be longer than 65535" in reason(png_with_size(1_000_000, 3))


def test_no_size_at_all():
    assert "0 × 5 pixels: there is no picture" in reason(gif_with_size(0, 5))


def test_the_cap_counts_pixels_of_the_full_picture_even_for_a_small_decode():
    data = bytearray(encode(Image.new("L", (64, 64)), "JPEG"))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", 50_000, 50_000)
    with pytest.raises(ImageError, match="more than the 200 megapixels"):
        load_image(bytes(data), min_side=32)


# ---- files


def test_missing_folder_pipe_socket_and_device(tmp_path):
    assert "The file is gone" in reason(tmp_path / "none.jpg")
    assert "folder, not a file" in reason(tmp_path)
    os.mkfifo(tmp_path / "pipe.jpg")
    assert "named pipe" in reason(tmp_path / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s.jpg"))
        assert "Not a regular file" in reason(tmp_path / "s.jpg")
    (tmp_path / "zero.jpg").symlink_to("/dev/zero")
    assert "Not a regular file" in reason(tmp_path / "zero.jpg")
    (tmp_path / "circle.jpg").symlink_to("circle.jpg")
    assert "points to itself" in reason(tmp_path / "circle.jpg")


def test_a_file_too_large_to_be_a_picture_is_not_read(tmp_path):
    path = tmp_path / "large.jpg"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)  # takes no room on disk
    assert "is more than the 256 MB that a picture may have" in reason(path)


# ---- anything


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_give_a_picture_or_a_sentence(data):
    check(data)


STARTS = [data[:16] for data in FILES.values()]


@given(st.sampled_from(STARTS), st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_after_a_good_beginning(start, rest):
    check(start + rest)


@given(
    st.sampled_from(sorted(FILES)),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6),
    st.sampled_from([None, 1, 16, 100]),
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_damage_gives_a_picture_or_a_sentence(name, changes, min_side):
    data = bytearray(FILES[name])
    for place, value in changes:
        data[int(place * len(data))] = value
    check(bytes(data), min_side)


def check(data: bytes, min_side: int | None = None) -> None:
    try:
        loaded = load_image(data, min_side=min_side)
    except ImageError as error:
        sentence = str(error)
        assert sentence.endswith(".")
        assert "\n" not in sentence
        assert "Error" not in sentence
    else:
        assert loaded.image.mode == "RGB"
        assert loaded.image.width * loaded.image.height * 3 == len(loaded.image.tobytes())


def test_a_heic_with_a_metadata_entry_of_no_name_does_not_end_the_process():
    # pi-heif's own reader of metadata crashes on this byte: the entry's kind is not UTF-8.
    damaged = HEIC.replace(b"Exif\0", b"Ex\xfff\0", 1)
    assert damaged != HEIC
    loaded = load_image(damaged)
    assert (loaded.width, loaded.taken_at) == (128, None)


def test_hostile_exif_does_not_spoil_the_picture():
    for block in (
        b"",
        b"Exif\0\0",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xff" * 99,
    ):
        loaded = load_image(encode(Image.new("RGB", (4, 4), RED), "PNG", exif=block))
        assert (loaded.image.getpixel((0, 0)), loaded.taken_at) == (RED, None)
