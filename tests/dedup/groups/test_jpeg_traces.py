import io

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageOps

from core.dedup.groups.enlargement import could_be_enlarged, enlarged_from
from core.dedup.groups.jpeg_traces import BlockValues, luma, luma_steps, made_from


def photo(seed, size=(400, 301)):
    """Something like a photo: noise at several scales, down to that of a sensor."""
    rng = np.random.default_rng(seed)
    values = np.zeros((size[1], size[0], 3))
    for cells, weight in ((5, 60), (12, 40), (40, 30), (150, 25)):
        noise = Image.fromarray(rng.integers(0, 255, (cells, cells, 3), np.uint8))
        values += (np.asarray(noise.resize(size, Image.Resampling.BICUBIC), np.float64) - 127) / 127 * weight
    values += rng.normal(0, 4, (*values.shape[:2], 1))
    return Image.fromarray(np.clip(values + 127, 0, 255).astype(np.uint8))


def jpeg(image, quality):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def png(image):
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def decoded(data):
    return Image.open(io.BytesIO(data)).convert("RGB")


def values(data):
    return BlockValues(luma(decoded(data)), luma_steps(data))


ORIGINAL = jpeg(photo(0), 80)
WAYS = [Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS]
MADE = {
    "quality 100": lambda p: jpeg(p, 100),
    "quality 60": lambda p: jpeg(p, 60),
    "png": png,
    "mirror": lambda p: jpeg(ImageOps.mirror(p), 92),
    "mirrored png": lambda p: png(ImageOps.mirror(p)),
    "turned": lambda p: jpeg(p.transpose(Image.Transpose.ROTATE_90), 90),
    "bars": lambda p: jpeg(ImageOps.expand(p, (0, 43)), 90),
    "cropped": lambda p: jpeg(p.crop((13, 9, 390, 290)), 92),
    "colours": lambda p: jpeg(ImageEnhance.Color(p).enhance(1.5), 92),
}


@pytest.mark.parametrize("kind", MADE)
def test_a_copy_shows_the_compression_of_its_original_and_not_the_other_way_round(kind):
    original, copy = values(ORIGINAL), values(MADE[kind](decoded(ORIGINAL)))
    assert made_from(copy, original)
    assert not made_from(original, copy)


def test_more_contrast_stretches_the_steps():
    more = Image.eval(decoded(ORIGINAL), lambda v: max(0, min(255, round(128 + 0.8 * (v - 128)))))
    assert made_from(values(jpeg(more, 95)), values(ORIGINAL), scale=0.8)


def test_two_that_were_saved_from_the_same_pixels_are_not_made_from_one_another():
    one, two = values(jpeg(photo(1), 70)), values(jpeg(photo(1), 95))
    assert not made_from(two, one)
    assert not made_from(one, two)


def test_what_is_too_small_shows_nothing():
    tiny = values(jpeg(photo(2, (16, 16)), 80))
    assert not made_from(tiny, values(ORIGINAL))
    assert not made_from(values(ORIGINAL), tiny)


def test_steps_are_those_of_the_file():
    assert luma_steps(ORIGINAL)[0, 0] == 6  # 40 % of 16, as libjpeg scales them at quality 80
    assert luma_steps(png(photo(0))) is None
    assert luma_steps(b"\xff\xd8\xff no jpeg") is None


@pytest.mark.parametrize(
    "way", [Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS]
)
@pytest.mark.parametrize("small", [ORIGINAL, png(photo(3))], ids=["jpeg", "png"])
def test_an_enlarged_picture_is_told_from_one_that_was_reduced(way, small):
    before = decoded(small)
    large = jpeg(before.resize((700, 527), way), 90)
    assert enlarged_from(decoded(large), before, luma_steps(large), luma_steps(small))


def test_a_picture_that_was_reduced_is_not_enlarged():
    large = jpeg(photo(4, (700, 527)), 90)
    for small in (jpeg, lambda p, _: png(p)):
        reduced = small(decoded(large).resize((400, 301), Image.Resampling.LANCZOS), 85)
        assert not enlarged_from(decoded(large), decoded(reduced), luma_steps(large), luma_steps(reduced))


def test_shapes_that_could_be_enlarged():
    assert could_be_enlarged((800, 600), (400, 301))
    assert could_be_enlarged((600, 800), (400, 300))
    assert not could_be_enlarged((410, 300), (400, 300))
    assert not could_be_enlarged((800, 500), (400, 300))
