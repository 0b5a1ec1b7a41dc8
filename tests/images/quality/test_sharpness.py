import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter

from core.images.quality.sharpness import sharpness, sharpness_of


def test_blur_is_less_sharp_and_contrast_is_not_sharper():
    rng = np.random.default_rng(0)
    photo = Image.fromarray(rng.integers(0, 255, (48, 48), np.uint8)).resize(
        (384, 384), Image.Resampling.BICUBIC
    )
    photo = Image.blend(photo, Image.new("L", photo.size, 128), 0.5)
    of = {
        "itself": photo,
        "blurred": photo.filter(ImageFilter.GaussianBlur(3)),
        "contrast": ImageEnhance.Contrast(photo).enhance(1.5),
    }
    values = {name: sharpness(np.asarray(image, np.uint8)) for name, image in of.items()}
    assert values["blurred"] < 0.5 * values["itself"]
    assert values["contrast"] == pytest.approx(values["itself"], rel=0.1)
    assert sharpness(np.full((40, 30), 200, np.uint8)) == 0
    assert sharpness(np.full((1, 1), 200, np.uint8)) == 0


def test_what_cannot_be_read_has_none():
    assert sharpness_of(None) is None
    assert sharpness_of(b"no picture") is None
