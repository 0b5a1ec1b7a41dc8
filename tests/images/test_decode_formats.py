"""What good pictures decode to: every format, every pixel mode, every orientation, any size asked for."""

import io
import threading
import warnings
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from core.errors import ImageError
from core.images.decoding.decode import load_image
from core.images.formats.detect import FORMATS, identify
from tests.support.picture_bytes import BLUE, HEIC, RED, WHITE, close, dng, encode, exif_block, halves, noise

LOSSLESS = {"PNG": {}, "BMP": {}, "TIFF": {}, "GIF": {}, "WEBP": {"lossless": True}}
ANIMATED = ("GIF", "PNG", "WEBP", "TIFF", "AVIF")


def pixel(data: bytes, x: int = 0, y: int = 0) -> tuple[int, ...]:
    got = load_image(data).image.getpixel((x, y))
    assert isinstance(got, tuple)
    return got


@pytest.mark.parametrize("name", sorted(LOSSLESS))
def test_lossless_formats_give_the_exact_pixels(name):
    loaded = load_image(encode(halves(), name, **LOSSLESS[name]))
    assert (loaded.format, loaded.width, loaded.height, loaded.taken_at) == (name, 40, 30, None)
    assert loaded.image.mode == "RGB"
    assert loaded.image.tobytes() == halves().tobytes()


@pytest.mark.parametrize("name", ["JPEG", "WEBP", "AVIF"])
def test_lossy_formats_give_nearly_the_pixels(name):
    loaded = load_image(encode(halves(), name, quality=95))
    assert (loaded.format, loaded.width, loaded.height) == (name, 40, 30)
    assert close(loaded.image.getpixel((3, 3)), RED)
    assert close(loaded.image.getpixel((36, 26)), BLUE)


def test_heic_is_read_with_its_capture_time_and_without_a_second_rotation():
    loaded = load_image(HEIC)
    assert (loaded.format, loaded.width, loaded.height) == ("HEIC", 128, 64)
    assert loaded.taken_at == datetime(2019, 6, 30, 18, 45)
    assert close(loaded.image.getpixel((3, 3)), RED)
    assert close(loaded.image.getpixel((120, 60)), BLUE)


def test_heic_rotation_of_the_container_is_applied():
    # The property that lists the bit depths is overwritten by one of equal length that turns by 270 degrees.
    depths = bytes.fromhex("00000010") + b"pixi" + bytes.fromhex("0000000003080808")
    turn = bytes.fromhex("00000010") + b"irot" + bytes.fromhex("0300000000000000")
    assert HEIC.count(depths) == 1
    loaded = load_image(HEIC.replace(depths, turn))
    assert (loaded.width, loaded.height) == loaded.image.size == (64, 128)
    assert close(loaded.image.getpixel((3, 3)), RED)
    assert close(loaded.image.getpixel((60, 120)), BLUE)


@pytest.mark.parametrize("name", ANIMATED)
def test_the_first_frame_of_several_is_taken(name):
    first, second = Image.new("RGB", (32, 32), RED), Image.new("RGB", (32, 32), BLUE)
    data = encode(first, name, save_all=True, append_images=[second])
    with Image.open(io.BytesIO(data)) as check:
        assert check.n_frames == 2
    assert close(pixel(data, 16, 16), RED)


def test_format_is_found_by_content(tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(encode(halves(), "JPEG"))
    assert load_image(path).format == "JPEG"


def test_every_format_is_identified():
    files = [encode(halves(), name) for name in ("AVIF", "BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP")]
    assert {identify(data) for data in [*files, HEIC, dng(64, 48)]} == set(FORMATS)


def test_one_pixel_is_a_picture():
    loaded = load_image(encode(Image.new("RGB", (1, 1), RED), "PNG"), min_side=224)
    assert (loaded.width, loaded.height, loaded.image.getpixel((0, 0))) == (1, 1, RED)


# ---- pixel modes


def test_transparent_pixels_turn_white_and_half_transparent_ones_half():
    image = Image.new("RGBA", (3, 1), (255, 0, 0, 255))
    image.putpixel((1, 0), (255, 0, 0, 0))
    image.putpixel((2, 0), (255, 0, 0, 128))
    data = encode(image, "PNG")
    assert pixel(data, 0) == (255, 0, 0)
    assert pixel(data, 1) == WHITE
    assert close(pixel(data, 2), (255, 127, 127), 1)


def test_grey_with_alpha():
    image = Image.new("LA", (2, 1), (100, 255))
    image.putpixel((1, 0), (100, 0))
    data = encode(image, "PNG")
    assert (pixel(data, 0), pixel(data, 1)) == ((100, 100, 100), WHITE)


@pytest.mark.parametrize("name", ["PNG", "GIF"])
def test_palette_with_a_transparent_colour(name):
    image = Image.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.putpixel((1, 0), 1)
    data = encode(image, name, transparency=0)
    assert (pixel(data, 0), pixel(data, 1)) == (WHITE, (0, 255, 0))


def test_palette_with_an_alpha_for_each_colour():
    image = Image.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.putpixel((1, 0), 1)
    data = encode(image, "PNG", transparency=b"\x80\xff")
    assert close(pixel(data, 0), (255, 127, 127), 1)
    assert pixel(data, 1) == (0, 255, 0)


@pytest.mark.parametrize(("mode", "colour"), [("L", 7), ("RGB", (7, 8, 9)), ("1", 0)])
def test_a_colour_declared_transparent_turns_white(mode, colour):
    assert pixel(encode(Image.new(mode, (2, 2), colour), "PNG", transparency=colour)) == WHITE


def test_transparency_survives_a_smaller_decode():
    image = Image.new("RGB", (64, 64), (7, 8, 9))
    loaded = load_image(encode(image, "PNG", transparency=(7, 8, 9)), min_side=4)
    assert max(loaded.image.size) < 64
    assert loaded.image.getpixel((2, 2)) == WHITE


def test_one_bit():
    image = Image.new("1", (2, 1), 0)
    image.putpixel((1, 0), 1)
    data = encode(image, "PNG")
    assert (pixel(data, 0), pixel(data, 1)) == ((0, 0, 0), WHITE)


@pytest.mark.parametrize("name", ["PNG", "TIFF"])
def test_16_bit_grey_is_scaled_not_clipped(name):
    values = np.array([[0, 0x0100, 0x8080, 0xFFFF]], np.uint16)  # 257 × 0, about 1, 128, 255
    data = encode(Image.fromarray(values), name)
    assert [pixel(data, x)[0] for x in range(4)] == [0, 1, 128, 255]


@pytest.mark.parametrize("name", ["PNG", "TIFF"])
@pytest.mark.parametrize("bits", [8, 10, 12])
def test_fewer_bits_in_a_file_of_16_are_visible(name, bits):
    top = 2**bits - 1
    data = encode(Image.fromarray(np.array([[0, top // 2, top]], np.uint16)), name)
    assert [pixel(data, x)[0] for x in range(3)] == [0, 127, 255]


def test_a_dark_picture_of_16_bits_stays_dark():
    data = encode(Image.fromarray(np.array([[0, 0x1000, 0x3FFF]], np.uint16)), "PNG")
    assert [pixel(data, x)[0] for x in range(3)] == [0, 16, 64]


def test_16_bit_grey_of_the_other_byte_order():
    data = encode(Image.frombytes("I;16B", (2, 1), b"\x40\x40\xc0\xc0"), "TIFF")
    assert [pixel(data, x)[0] for x in range(2)] == [0x40, 0xC0]


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([0.0, 0.5, 1.0], [0, 128, 255]),
        ([0.0, 50.0, 255.0], [0, 50, 255]),
        ([0.0, 257.0, 65535.0], [0, 1, 255]),
        ([-1.0, 0.0, 1.0], [0, 128, 255]),
        ([-3e38, 0.0, 3e38], [0, 128, 255]),
        ([float("nan"), float("inf"), 1.0], [0, 0, 255]),
    ],
)
def test_floating_point_tiff(values, wanted):
    data = encode(Image.fromarray(np.array([values], np.float32)), "TIFF")
    assert [pixel(data, x)[0] for x in range(3)] == wanted


def test_cmyk_in_jpeg_is_stored_inverted_and_in_tiff_is_not():
    pure_red = Image.new("CMYK", (40, 40), (0, 255, 255, 0))
    jpeg = encode(pure_red, "JPEG", quality=95)
    assert b"Adobe" in jpeg
    assert close(pixel(jpeg, 20, 20), (255, 0, 0))
    assert pixel(encode(pure_red, "TIFF")) == (255, 0, 0)


def test_lab_tiff():
    # Pillow holds a and b with 128 for zero: this is neutral grey, L* 50 %.
    assert close(pixel(encode(Image.new("LAB", (4, 4), (128, 128, 128)), "TIFF")), (119, 119, 119), 3)


# ---- colour profiles


def swapped_profile() -> bytes:
    """A valid profile whose red and green are exchanged, so that its effect cannot be missed."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(data[128:132], "big")
    place = {bytes(data[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}
    red, green = place[b"rXYZ"], place[b"gXYZ"]
    data[red : red + 4], data[green : green + 4] = b"gXYZ", b"rXYZ"
    # The description decides whether a profile counts as sRGB already.
    return bytes(data).replace("sRGB".encode("utf-16-be"), "test".encode("utf-16-be"))


@pytest.mark.parametrize("name", ["PNG", "TIFF", "WEBP"])
def test_a_colour_profile_is_applied(name):
    options = {**LOSSLESS[name], "icc_profile": swapped_profile()}
    assert close(pixel(encode(Image.new("RGB", (4, 4), (255, 0, 0)), name, **options)), (0, 255, 0), 3)


def test_a_colour_profile_is_applied_to_a_smaller_decode_and_to_draft():
    image = Image.new("RGB", (640, 640), (255, 0, 0))
    for name in ("PNG", "JPEG"):
        loaded = load_image(encode(image, name, icc_profile=swapped_profile()), min_side=20)
        assert max(loaded.image.size) < 640
        assert close(loaded.image.getpixel((5, 5)), (0, 255, 0), 4)


def test_an_srgb_profile_changes_nothing():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert load_image(encode(halves(), "PNG", icc_profile=profile)).image.tobytes() == halves().tobytes()


@pytest.mark.parametrize("profile", [b"", b"garbage", swapped_profile()[:200], bytes(500)])
def test_a_broken_profile_is_ignored(profile):
    assert load_image(encode(halves(), "PNG", icc_profile=profile)).image.tobytes() == halves().tobytes()


def test_a_profile_for_other_colours_is_ignored():
    grey = encode(Image.new("L", (4, 4), 77), "PNG", icc_profile=swapped_profile())
    assert pixel(grey) == (77, 77, 77)


# ---- orientation

UPRIGHT = np.array([[1, 2], [3, 4], [5, 6]], np.uint8) * 40
# How a camera that notes each orientation has stored the picture above: EXIF 2.32, figure 8.
STORED = {
    1: UPRIGHT,
    2: UPRIGHT[:, ::-1],
    3: UPRIGHT[::-1, ::-1],
    4: UPRIGHT[::-1],
    5: UPRIGHT.T,
    6: UPRIGHT.T[::-1],
    7: UPRIGHT.T[::-1, ::-1],
    8: UPRIGHT.T[:, ::-1],
}


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["PNG", "WEBP", "TIFF"])
def test_orientation_is_undone(name, orientation):
    stored = Image.fromarray(np.ascontiguousarray(STORED[orientation])).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = orientation
    loaded = load_image(encode(stored, name, exif=exif, **LOSSLESS[name]))
    assert np.asarray(loaded.image)[..., 0].tolist() == UPRIGHT.tolist()
    assert (loaded.width, loaded.height) == loaded.image.size == (2, 3)


@pytest.mark.parametrize("name", ["JPEG", "AVIF"])
def test_orientation_of_lossy_formats(name):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held so that the stored picture's left is the top
    loaded = load_image(encode(halves(96, 64), name, exif=exif, quality=95))
    assert (loaded.width, loaded.height) == loaded.image.size == (64, 96)
    assert close(loaded.image.getpixel((30, 3)), RED)
    assert close(loaded.image.getpixel((30, 90)), BLUE)


@given(st.integers(1, 8), st.integers(1, 9), st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_orientation_never_changes_which_pixels_there_are(orientation, width, height):
    pixels = np.arange(width * height, dtype=np.uint8).reshape(height, width)
    exif = Image.Exif()
    exif[0x0112] = orientation
    loaded = load_image(encode(Image.fromarray(pixels), "PNG", exif=exif))
    turned = np.asarray(loaded.image)[..., 0]
    assert sorted(turned.ravel().tolist()) == pixels.ravel().tolist()
    assert turned.shape == ((width, height) if orientation >= 5 else (height, width))


# ---- capture time


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_capture_time_is_found(name):
    block = exif_block("<", {0x0132: "2020:01:01 00:00:00"}, {0x9003: "2019:06:30 18:45:00"})
    assert load_image(encode(halves(), name, exif=b"Exif\0\0" + block)).taken_at == datetime(
        2019, 6, 30, 18, 45
    )


def test_capture_time_of_a_tiff():
    packet = b"<x exif:DateTimeOriginal='2019-06-30T18:45:00'/>"
    loaded = load_image(encode(halves(), "TIFF", tiffinfo={700: packet}))
    assert loaded.taken_at == datetime(2019, 6, 30, 18, 45)


# ---- smaller decodes


@given(
    st.sampled_from(["JPEG", "PNG", "BMP", "GIF"]),
    st.tuples(st.integers(1, 300), st.integers(1, 300)),
    st.integers(1, 400),
    st.integers(1, 8),
)
@settings(max_examples=80, deadline=None)
def test_the_shortest_side_stays_as_long_as_asked(name, size, min_side, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"exif": exif} if name in ("JPEG", "PNG") else {}
    turned = bool(options) and orientation >= 5
    loaded = load_image(encode(Image.new("RGB", size, RED), name, **options), min_side=min_side)
    assert (loaded.width, loaded.height) == (size[::-1] if turned else size)
    assert min(loaded.image.size) >= min(min_side, *size)
    assert min(loaded.image.size) < 4 * min_side or loaded.image.size == (loaded.width, loaded.height)
    assert close(loaded.image.getpixel((0, 0)), RED)


def test_a_long_picture_is_measured_by_its_short_side():
    data = encode(noise(2000, 250), "JPEG")
    assert load_image(data, min_side=224).image.size == (2000, 250)
    assert load_image(data, min_side=125).image.size == (1000, 125)


def test_a_large_picture_of_any_format_comes_out_small():
    for name in ("JPEG", "PNG", "WEBP"):
        loaded = load_image(encode(noise(1600, 1200), name), min_side=50)
        assert (loaded.width, loaded.height) == (1600, 1200)
        assert 50 <= min(loaded.image.size) < 200


def test_min_side_must_be_positive():
    with pytest.raises(ValueError, match="min_side is 0"):
        load_image(encode(halves(), "PNG"), min_side=0)


# ---- what comes out


def test_nothing_of_the_file_is_kept_with_the_pixels():
    exif = Image.Exif()
    exif[0x010E] = "x" * 1000
    for name in ("JPEG", "PNG", "WEBP", "TIFF"):
        image = load_image(encode(halves(), name, exif=exif)).image
        assert type(image) is Image.Image
        assert image.info == {}
        assert image.copy().tobytes() == image.tobytes()


def test_the_same_bytes_give_the_same_pixels_from_many_threads():
    files = [encode(noise(200, 150), name) for name in ("JPEG", "PNG", "WEBP", "GIF")]
    wanted = [load_image(data, min_side=40).image.tobytes() for data in files]
    wrong: list[object] = []

    def work() -> None:
        for _ in range(10):
            for data, pixels in zip(files, wanted, strict=True):
                try:
                    if load_image(data, min_side=40).image.tobytes() != pixels:
                        wrong.append("other pixels")
                    load_image(data[: len(data) // 2])
                    wrong.append("half a file was accepted")
                except ImageError:
                    pass

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_no_warning_leaks():
    # Pillow warns about each of these when left alone.
    broken_exif = b"Exif\0\0II*\0\x08\0\0\0\x05\0" + b"\xff" * 40
    palette = Image.new("P", (2, 1))
    palette.putpalette([255, 0, 0, 0, 255, 0])
    files = [
        encode(halves(), "JPEG", exif=broken_exif, dpi=(0, 0)),
        encode(palette, "PNG", transparency=b"\x80\xff"),
    ]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for data in files:
            load_image(data)
    assert [str(warning.message) for warning in caught] == []


def test_a_white_letter_is_laid_on_a_ground_that_it_can_be_seen_on():
    letter = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    letter.paste((255, 255, 255, 255), (2, 2, 4, 6))
    data = encode(letter, "PNG")
    shape, ground = pixel(data, 2, 2), pixel(data, 0)
    assert shape == WHITE
    assert max(ground) < 128
    letter.putpixel((2, 2), (255, 0, 0, 255))  # what can be seen on white stays on white
    assert pixel(encode(letter, "PNG"), 0) == WHITE
