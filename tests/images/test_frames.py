"""Counting and reading the frames of animations and the pages of documents."""

import io

import pytest
from PIL import Image

from core.errors import ImageError
from core.images.frames import count_frames, load_frames
from tests.support.picture_bytes import encode

COLOURS = [(250, 0, 0), (0, 250, 0), (0, 0, 250)]


def several(name: str) -> bytes:
    frames = [Image.new("RGB", (20, 10), colour) for colour in COLOURS]
    out = io.BytesIO()
    frames[0].save(
        out, name, save_all=True, append_images=frames[1:], **({"lossless": True} if name == "WEBP" else {})
    )
    return out.getvalue()


@pytest.mark.parametrize("name", ["GIF", "PNG", "TIFF", "WEBP"])
def test_every_frame_is_counted_and_read(name):
    data = several(name)
    assert count_frames(data) == 3
    assert [frame.getpixel((3, 3)) for frame in load_frames(data, [0, 2])] == [COLOURS[0], COLOURS[2]]


def test_a_single_picture_has_one_frame():
    data = encode(Image.new("RGB", (4, 4), COLOURS[1]), "JPEG")
    assert count_frames(data) == 1
    assert len(list(load_frames(data, [0]))) == 1


def test_what_cannot_be_counted_has_one_frame():
    assert count_frames(b"not a picture") == 1
    assert count_frames(several("GIF")[:20]) == 1


def test_a_frame_that_is_not_there_or_damaged_is_said():
    with pytest.raises(ImageError, match="no frame 4"):
        list(load_frames(several("GIF"), [3]))
    with pytest.raises(ImageError):
        list(load_frames(several("TIFF")[:-200], [0, 1, 2]))
