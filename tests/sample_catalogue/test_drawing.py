"""The drawn pictures of the sample catalogue: formats, determinism, and copies that really are copies."""

import hashlib
import io
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from core.sample_catalogue import SampleItem, draw, sample_items
from core.sample_catalogue.copies import crop_box
from core.sample_catalogue.drawing import _original
from core.sample_catalogue.palette import COLOURS
from core.sample_catalogue.patterns import PATTERNS

ITEMS = {item.name: item for item in sample_items()}
FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """The whole catalogue, drawn once for the module."""
    return {name: draw(item) for name, item in ITEMS.items()}


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    if picture.mode == "RGBA":
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return picture.convert("RGB")


def pixels(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture, np.float32)


def difference(a: Image.Image, b: Image.Image) -> float:
    """Mean absolute difference in grey levels, the first picture brought to the size of the second."""
    return float(np.abs(pixels(a.resize(b.size, Image.Resampling.LANCZOS)) - pixels(b)).mean())


def some_of(kind: str) -> list[SampleItem]:
    return [item for item in ITEMS.values() if item.copy_kind == kind]


def test_every_file_is_what_its_extension_says(files):
    for name, data in files.items():
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
            assert picture.format == FORMATS[name.rsplit(".", 1)[1]]
            assert min(picture.size) >= 150
    assert {name.rsplit(".", 1)[1] for name in files} == set(FORMATS)


def test_no_two_files_are_the_same(files):
    assert len(set(files.values())) == len(files)


def test_some_pngs_are_transparent_round_the_product(files):
    cut_outs = [data for name, data in files.items() if "cut-out" in name and name.endswith(".png")]
    assert cut_outs
    for data in cut_outs:
        alpha = np.asarray(Image.open(io.BytesIO(data)).getchannel("A"))
        assert alpha.min() == 0
        assert (alpha == 255).mean() > 0.03


def test_capture_times_are_spread_over_a_year(files):
    stamps = [Image.open(io.BytesIO(data)).getexif().get_ifd(0x8769).get(0x9003) for data in files.values()]
    stamps = [stamp for stamp in stamps if stamp]
    assert len(stamps) >= 40
    assert len({stamp[:7] for stamp in stamps}) >= 10


def test_drawing_again_gives_the_same_bytes(files):
    _original.cache_clear()
    for name in list(ITEMS)[::11]:
        assert draw(ITEMS[name]) == files[name]


def test_another_process_draws_the_same_bytes(files):
    names = list(ITEMS)[3::37]
    program = (
        "import hashlib, sys\n"
        "from core.sample_catalogue import draw, sample_items\n"
        "wanted = set(sys.argv[1:])\n"
        "for item in reversed(sample_items()):\n"
        "    if item.name in wanted: print(hashlib.sha256(draw(item)).hexdigest(), item.name)\n"
    )
    out = subprocess.run([sys.executable, "-c", program, *names], capture_output=True, text=True, check=True)
    drawn = dict(reversed(line.split(" ", 1)) for line in out.stdout.splitlines())
    assert drawn == {name: hashlib.sha256(files[name]).hexdigest() for name in names}


def test_drawing_leaves_global_random_state_alone():
    np.random.seed(5)
    before = np.random.get_state()[1].copy()
    draw(next(iter(ITEMS.values())))
    assert (np.random.get_state()[1] == before).all()


def _mirrored(picture: Image.Image) -> Image.Image:
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


@pytest.mark.parametrize(
    ("kind", "made", "limit"),
    [
        ("re-encoded", lambda original, name: original, 6.0),
        ("resized", lambda original, name: original, 6.0),
        ("flipped", lambda original, name: _mirrored(original), 4.0),
        ("cropped", lambda original, name: original.crop(crop_box(original.size, name)), 4.0),
    ],
)
def test_undoing_what_was_done_gives_the_original(
    files, kind: str, made: Callable[[Image.Image, str], Image.Image], limit: float
):
    for copy in some_of(kind):
        original = made(opened(files[copy.copy_of]), copy.name)
        picture = opened(files[copy.name])
        assert difference(original, picture) < limit, copy.name
        assert (picture.size == original.size) == (kind != "resized")


def test_re_encoded_copies_are_much_smaller_files(files):
    jpegs = [copy for copy in some_of("re-encoded") if copy.copy_of.endswith(".jpg")]
    assert jpegs
    for copy in jpegs:
        assert len(files[copy.name]) < 0.5 * len(files[copy.copy_of])


def test_watermarks_leave_most_pixels_alone(files):
    for copy in some_of("watermarked"):
        off = np.abs(pixels(opened(files[copy.name])) - pixels(opened(files[copy.copy_of]))).max(axis=2)
        assert (off < 16).mean() > 0.6, copy.name
        assert (off > 24).mean() > 0.01, copy.name


def test_recoloured_copies_keep_the_drawing_and_change_the_colours(files):
    for copy in some_of("recoloured"):
        a = pixels(opened(files[copy.copy_of]).convert("L")).ravel()
        b = pixels(opened(files[copy.name]).convert("L")).ravel()
        assert np.corrcoef(a, b)[0, 1] > 0.97, copy.name
        assert difference(opened(files[copy.copy_of]), opened(files[copy.name])) > 3


def test_look_alikes_are_different_pictures(files):
    for item in ITEMS.values():
        if item.look_alike_of:
            original = opened(files[item.look_alike_of])
            other = opened(files[item.name])
            changed = np.abs(pixels(original.resize(other.size)) - pixels(other)).max(axis=2) > 30
            assert changed.mean() > 0.01, item.name


def test_plain_products_show_the_colour_their_caption_says(files):
    """More of the middle of a picture is near its own colour word than near any other hue."""
    hues = {"red": 0.99, "orange": 0.07, "yellow": 0.13, "green": 0.39, "blue": 0.60, "purple": 0.77}
    seen = 0
    for item in ITEMS.values():
        colour = item.caption.split()[1]
        if colour not in hues or item.copy_kind or any(word in PATTERNS for word in item.caption.split()):
            continue
        hsv = pixels(opened(files[item.name]).resize((96, 96)).convert("HSV")) / 255
        vivid = (hsv[..., 1] > 0.55) & (hsv[..., 2] > 0.25)
        vivid[:12], vivid[-24:], vivid[:, :10], vivid[:, -10:] = False, False, False, False
        away = {c: np.abs((hsv[..., 0] - h + 0.5) % 1 - 0.5) for c, h in hues.items()}
        share = {c: float((vivid & (d < 0.035)).mean()) for c, d in away.items()}
        if "wooden" in item.caption or "garden" in item.caption:
            assert share[colour] > 0.008, item.name
        else:
            assert max(share, key=lambda c: share[c]) == colour, (item.name, share)
        seen += 1
    assert seen > 40
    assert set(hues) <= set(COLOURS)
