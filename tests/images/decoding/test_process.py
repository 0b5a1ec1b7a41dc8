"""Files that are decoded in a process of their own."""

import random
import threading

import pytest
from PIL import Image

from core.errors import ImageError
from core.images.decoding import process
from core.images.decoding.cost import needs_process
from core.images.decoding.decode import load_image
from core.images.formats.jpeg import MAX_SCANS, read_scans
from core.jobs import Cancelled, Monitor
from tests.support import hostile_files
from tests.support.picture_bytes import HEIC, encode, halves, noise


def apart(data: bytes, format_name: str = "PNG", monitor: Monitor | None = None, **request):
    asked = {"what": "picture", "format": format_name, "min_side": None, "hashed": False, **request}
    return process.decode_apart(data, asked, lambda: bool(monitor and monitor.cancelled))


def test_it_gives_what_decoding_here_gives():
    data = encode(noise(300, 200), "PNG")
    here, there = load_image(data, hashed=True), apart(data, hashed=True)
    assert there.pixels == here.image.tobytes()
    assert there.facts == {
        "width": 300,
        "height": 200,
        "size": [300, 200],
        "taken_at": None,
        "pixel_hash": here.pixel_hash,
        "stored_hash": None,
    }


def test_a_file_that_cannot_be_read_is_the_same_sentence():
    data = encode(noise(64, 48), "PNG")[:-2000]
    with pytest.raises(ImageError) as here:
        load_image(data)
    with pytest.raises(ImageError) as there:
        apart(data)
    assert str(here.value) == str(there.value)


def test_the_process_is_used_again_and_another_is_started_when_it_is_gone():
    data = encode(halves(), "PNG")
    first = apart(data)
    for worker in list(process._WORKERS._idle):
        worker._process.kill()
        worker._process.wait()
    assert apart(data) == first


def test_one_that_ended_for_want_of_work_is_no_error():
    data = encode(halves(), "PNG")
    first = apart(data)
    for worker in list(process._WORKERS._idle):
        worker._process.stdin.close()  # its input ends, and so does it
        worker._process.wait()
    assert apart(data) == first


def endless(monkeypatch, seconds: float) -> bytes:
    """A file that takes long, and time for less."""
    monkeypatch.setattr(process, "SECONDS", seconds)
    return hostile_files.jpeg_of_many_scans(random.Random(2))


def test_it_is_ended_when_its_time_is_over(monkeypatch):
    data = endless(monkeypatch, 0.3)
    with pytest.raises(ImageError, match="Decoding was stopped"):
        apart(data, "JPEG")
    monkeypatch.undo()
    assert apart(encode(halves(), "PNG")).facts["width"] == 40


def test_it_is_ended_when_the_work_is_cancelled(monkeypatch):
    data, monitor = endless(monkeypatch, 600), Monitor()
    threading.Timer(0.3, monitor.cancel).start()
    with pytest.raises(Cancelled):
        apart(data, "JPEG", monitor)
    assert apart(encode(halves(), "PNG")).facts["width"] == 40


def test_heic_never_meets_the_parser_here():
    assert needs_process(HEIC, "HEIC", None, frames=False)


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_usual_files_stay_here(name):
    data = encode(noise(640, 480), name)
    scans = read_scans(data, MAX_SCANS) if name == "JPEG" else None
    assert not needs_process(data, name, scans, frames=True)


def test_what_is_decoded_by_python_or_walked_through_goes_there():
    fill = hostile_files.jpeg_of_fill_bytes(random.Random(1))
    assert needs_process(fill, "JPEG", read_scans(fill, MAX_SCANS), frames=False)
    runs = hostile_files.bmp_of_run_lengths(random.Random(1))
    assert needs_process(runs, "BMP", None, frames=False)
    assert needs_process(hostile_files.gif_of_long_comment(random.Random(1)), "GIF", None, frames=False)
    assert needs_process(hostile_files.gif_of_many_frames(random.Random(1)), "GIF", None, frames=True)


def test_a_jpeg_of_very_many_scans_is_refused_at_once():
    data = encode(Image.new("L", (64, 64), 9), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    with pytest.raises(ImageError, match="more than 100 scans"):
        load_image(data[:last] + data[last:-2] * 4000 + data[-2:])


def test_too_much_memory_is_refused_by_the_header():
    data = hostile_files.jpeg_of_declared_size(random.Random(4))
    if b"\xff\xc2" in data:
        with pytest.raises(ImageError, match=r"takes more than the \d+ MB of memory"):
            load_image(data, min_side=224)
