import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image, ImageOps

from core.local_features.orb import KEYPOINTS, WORKING_SIDE, local_features
from tests.support.scenes import scene


def test_features_of_a_picture_full_of_corners():
    features = local_features(scene())
    assert 100 < len(features) <= KEYPOINTS
    assert (features.width, features.height) == (WORKING_SIDE, 384)
    assert (features.points.dtype, features.points.shape) == (np.float32, (len(features), 2))
    for codes in (features.descriptors, features.mirrored):
        assert (codes.dtype, codes.shape) == (np.uint8, (len(features), 32))
    assert (features.points >= 0).all()
    assert (features.points < (features.width, features.height)).all()


def test_the_same_picture_gives_the_same_features_in_every_thread():
    first = local_features(scene(3))
    with ThreadPoolExecutor(4) as pool:
        for other in pool.map(lambda _: local_features(scene(3)), range(8)):
            for name in ("points", "descriptors", "mirrored"):
                assert np.array_equal(getattr(first, name), getattr(other, name))


def test_mirrored_descriptors_are_those_of_the_mirrored_picture():
    picture = scene(1, (512, 400))
    here, there = local_features(picture), local_features(ImageOps.mirror(picture))
    bits = np.unpackbits(here.mirrored[:, None] ^ there.descriptors[None], axis=2).sum(axis=2)
    straight = np.unpackbits(here.descriptors[:, None] ^ there.descriptors[None], axis=2).sum(axis=2)
    assert np.median(bits.min(axis=1)) <= 2
    assert np.median(straight.min(axis=1)) > 20


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (19, 19), (7, 3), (2000, 3)])
def test_tiny_and_narrow_pictures_have_none(size):
    features = local_features(Image.effect_noise(size, 80))
    assert features.points.shape == (0, 2)
    assert features.descriptors.shape == features.mirrored.shape == (0, 32)


@pytest.mark.parametrize("colour", [0, 128, 255])
def test_flat_pictures_have_none(colour):
    assert len(local_features(Image.new("L", (300, 300), colour))) == 0


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "1", "CMYK"])
def test_any_mode_is_read(mode):
    assert len(local_features(scene().convert(mode))) > 20


@pytest.mark.parametrize("size", [(39, 39), (40, 60), (64, 64), (5000, 60)])
def test_small_pictures_use_as_much_of_the_pyramid_as_there_is_room_for(size):
    local_features(Image.effect_noise(size, 120))


def test_the_engine_is_imported_without_opencv():
    import subprocess

    code = "import core, core.cli, core.search.engine, sys; sys.exit('cv2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
