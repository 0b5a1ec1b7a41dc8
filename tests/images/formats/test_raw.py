"""Raw files and TIFFs of unusual samples: read, or called what they are."""

import io
import struct

import cv2
import numpy as np
import pytest
import rawpy
from PIL import Image

from core.errors import ImageError
from core.images.decoding.decode import load_image
from core.images.decoding.frames import load_frames
from core.images.formats.detect import identify
from core.images.formats.raw import RawPicture, is_raw
from tests.support.picture_bytes import dng, encode, halves, noise


def test_a_dng_is_developed_upright_and_dated():
    loaded = load_image(dng(64, 48, orientation=6, taken="2021:03:04 05:06:07"), hashed=True)
    assert (loaded.format, loaded.width, loaded.height) == ("RAW", 48, 64)
    assert loaded.image.size == (48, 64)
    assert loaded.taken_at.isoformat() == "2021-03-04T05:06:07"
    assert len(loaded.pixel_hash) == 64
    assert np.ptp(np.asarray(loaded.image)) > 50


def test_a_small_decode_of_a_raw_file_keeps_the_shortest_side():
    loaded = load_image(dng(640, 480), min_side=100)
    assert (loaded.width, loaded.height) == (640, 480)
    assert 100 <= min(loaded.image.size) < 480


@pytest.mark.parametrize(
    "data",
    [
        b"\0\0\0\x18ftypcrx \0\0\0\1crx isom" + bytes(range(200)),
        b"II*\0\x10\0\0\0CR\2\0" + bytes(40),
        b"FUJIFILMCCD-RAW 0201" + bytes(200),
        b"IIRO\x08\0\0\0" + bytes(100),
        encode(halves(), "TIFF", tiffinfo={254: 1, 330: 8}),
    ],
)
def test_a_raw_file_that_is_not_understood_is_called_one(data):
    assert identify(data) == "RAW"
    with pytest.raises(ImageError, match="a camera's raw file"):
        load_image(data)
    assert load_frames(data, 7, 64).count == 1


def test_usual_tiffs_are_no_raw_files():
    assert not is_raw(encode(halves(), "TIFF"))
    assert not is_raw(encode(halves(), "TIFF", tiffinfo={254: 1}))
    assert not is_raw(b"II*\0\xff\xff\xff\xff")
    assert not is_raw(b"")


class FakeRaw:
    """What is asked of LibRaw of a file with a preview."""

    def __init__(self, preview: bytes, flip: int):
        self.sizes = type("Sizes", (), {"width": 40, "height": 30, "flip": flip})
        self._preview = preview

    def extract_thumb(self):
        return type("Thumb", (), {"format": rawpy.ThumbFormat.JPEG, "data": self._preview})


@pytest.mark.parametrize(("flip", "size"), [(0, (40, 30)), (3, (40, 30)), (5, (30, 40)), (6, (30, 40))])
def test_the_preview_of_a_camera_stands_upright(monkeypatch, flip, size):
    lying = encode(halves(), "JPEG", quality=95)
    monkeypatch.setattr("rawpy.imread", lambda _: FakeRaw(lying, flip))
    opened = RawPicture(b"")
    preview = opened.load(20)
    assert opened.size == preview.size == size
    left_is_red = preview.getpixel((2, 2))[0] > 150
    assert left_is_red == (flip in (0, 6))


def test_a_preview_that_stands_already_is_not_turned_again(monkeypatch):
    standing = halves().transpose(Image.Transpose.ROTATE_270)
    monkeypatch.setattr("rawpy.imread", lambda _: FakeRaw(encode(standing, "JPEG"), 6))
    assert RawPicture(b"").load(20).size == (30, 40)


def float_tiff(values: np.ndarray) -> bytes:
    done, data = cv2.imencode(".tif", values[..., ::-1])
    assert done
    return data.tobytes()


def test_a_float_tiff_in_color_is_read():
    values = np.zeros((30, 40, 3), np.float32)
    values[:, :20, 0], values[:, 20:, 2] = 1.0, 0.5
    loaded = load_image(float_tiff(values))
    assert (loaded.format, loaded.image.size) == ("TIFF", (40, 30))
    assert loaded.image.getpixel((0, 0)) == (255, 0, 0)
    assert loaded.image.getpixel((39, 29)) == (0, 0, 128)


def test_a_tiff_of_a_kind_that_nothing_reads_says_so():
    data = bytearray(float_tiff(np.zeros((30, 40, 3), np.float32)))
    bits = data.index(struct.pack("<HHH", 32, 32, 32))
    data[bits : bits + 6] = struct.pack("<HHH", 24, 24, 24)
    with pytest.raises(ImageError, match="A TIFF of this kind is not read here"):
        load_image(bytes(data))


@pytest.mark.parametrize("name", ["png", "tif"])
def test_12_bits_in_a_colour_file_of_16_are_visible(name):
    values = np.zeros((8, 8, 3), np.uint16)
    values[:, :4, 0], values[:, 4:, 2] = 4095, 2048
    done, data = cv2.imencode(f".{name}", values[..., ::-1])
    assert done
    image = load_image(data.tobytes()).image
    assert (image.getpixel((0, 0)), image.getpixel((7, 7))) == ((255, 0, 0), (0, 0, 128))


def test_colour_of_16_bits_stays_as_it_is():
    values = np.zeros((8, 8, 3), np.uint16)
    values[:, :, 0] = 0x4000
    done, data = cv2.imencode(".png", values[..., ::-1])
    assert done
    assert load_image(data.tobytes()).image.getpixel((0, 0)) == (64, 0, 0)


def test_libtiff_writes_nothing_of_damaged_files(capfd):
    data = bytearray(encode(noise(64, 48), "TIFF", compression="tiff_adobe_deflate"))
    data[200:400] = bytes(200)
    with pytest.raises(ImageError):
        load_image(bytes(data))
    with pytest.raises(ImageError):
        load_image(encode(noise(64, 48), "TIFF", compression="tiff_lzw")[:3000])
    assert io.StringIO(capfd.readouterr().err).read() == ""
