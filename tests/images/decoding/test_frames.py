"""Reading the frames of animations and the pages of documents."""

import io
import threading

import pytest
from PIL import Image

from core.errors import ImageError
from core.images.decoding import frames, process
from core.images.decoding.budget import DECODERS
from core.images.decoding.frames import digest_frames, load_frames
from core.jobs import Cancelled, Monitor
from tests.support.picture_bytes import HEIC, encode, halves

COLOURS = [(250, 0, 0), (0, 250, 0), (0, 0, 250)]
GREYS = [75, 147, 28]


def several(name: str, colours=COLOURS) -> bytes:
    frames = [Image.new("RGB", (20, 10), colour) for colour in colours]
    out = io.BytesIO()
    frames[0].save(
        out, name, save_all=True, append_images=frames[1:], **({"lossless": True} if name == "WEBP" else {})
    )
    return out.getvalue()


@pytest.fixture(params=["here", "apart"])
def place(request, monkeypatch):
    """Where frames are decoded."""
    if request.param == "apart":
        monkeypatch.setattr(frames, "needs_process", lambda *args, **kwargs: True)


@pytest.mark.parametrize("name", ["GIF", "PNG", "TIFF", "WEBP"])
def test_the_frames_after_the_first_are_read(place, name):
    found = load_frames(several(name), 7, 10)
    assert found.count == 3
    assert [grey.size for grey in found.greys] == [(10, 5)] * 2
    assert [grey.getpixel((3, 3)) for grey in found.greys] == pytest.approx(GREYS[1:], abs=3)


def test_of_many_those_all_over_the_file_are_read(place):
    colours = [(10 * number, 10 * number, 10 * number) for number in range(21)]
    found = load_frames(several("PNG", colours), 4, 20)
    assert found.count == 21
    assert [grey.getpixel((3, 3)) for grey in found.greys] == [50, 100, 150, 200]


def test_those_too_far_on_are_left_out(monkeypatch):
    monkeypatch.setattr(frames, "_MOST_PIXELS", 250)
    assert len(load_frames(several("GIF"), 7, 10).greys) == 1
    assert digest_frames(several("GIF")) is None


@pytest.mark.parametrize("name", ["GIF", "PNG", "TIFF", "WEBP"])
def test_equal_frames_have_equal_digests_whatever_the_format(place, name):
    lossless = digest_frames(several("TIFF"))
    assert digest_frames(several(name)) == lossless
    assert digest_frames(several(name, [*COLOURS[:2], (9, 9, 9)])) != lossless
    assert digest_frames(several(name, [(9, 9, 9), *COLOURS[1:]])) == lossless  # the first does not count


def test_a_single_picture_has_one_frame(place):
    nothing = digest_frames(encode(halves(), "JPEG"))
    for data in (encode(halves(), "PNG"), encode(halves(), "TIFF"), HEIC):
        found = load_frames(data, 7, 10)
        assert (found.count, found.greys, digest_frames(data)) == (1, (), nothing)


def test_what_is_no_picture_or_damaged_is_said(place):
    with pytest.raises(ImageError, match="Not a picture"):
        load_frames(b"not a picture", 7, 10)
    with pytest.raises(ImageError):
        load_frames(several("TIFF")[:-200], 7, 10)


def test_a_page_of_too_many_pixels_is_refused_before_it_is_decoded(place):
    out = io.BytesIO()
    pages = [Image.new("1", size) for size in ((20, 10), (12_000, 12_000))]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression="group4")
    with pytest.raises(ImageError, match="takes more memory"):
        load_frames(out.getvalue(), 7, 10)


def test_it_waits_for_the_memory_and_stops_when_asked_to(place):
    data, monitor = several("GIF"), Monitor()
    with DECODERS.reserve(DECODERS.limit), monitor.in_charge():
        threading.Timer(0.3, monitor.cancel).start()
        with pytest.raises(Cancelled):
            load_frames(data, 7, 10)
    assert load_frames(data, 7, 10).count == 3
    assert process._WORKERS._count <= process._WORKERS._most
