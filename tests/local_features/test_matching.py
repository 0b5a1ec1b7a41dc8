import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance, ImageOps

from core.local_features.matching import match, match_many
from core.local_features.orb import LocalFeatures, local_features
from core.local_features.ransac import no_geometry, project
from tests.support.scenes import scene

PICTURE = scene(0, (480, 360))
FEATURES = local_features(PICTURE)
SCALE = FEATURES.width / PICTURE.width


def warped(matrix, size=(480, 360)):
    """PICTURE moved by `matrix`, which takes its pixels to those of the result."""
    back = np.linalg.inv(matrix)
    back /= back[2, 2]
    return PICTURE.transform(
        size, Image.Transform.PERSPECTIVE, tuple(back.ravel()[:8]), Image.Resampling.BICUBIC
    )


def misses(geometry, matrix, other, size):
    """Pixels of `other` by which points of PICTURE land elsewhere than `matrix` takes them."""
    grid = np.array([(x, y) for x in (60, 240, 420) for y in (60, 180, 300)], float)
    expected = project(matrix, grid)
    landed = project(geometry.matrix, grid * SCALE) / (other.width / size[0])
    inside = ((expected > 0) & (expected < size)).all(axis=1)
    assert inside.sum() >= 3
    return np.linalg.norm(landed - expected, axis=1)[inside]


def turn(degrees, zoom=1.0, x=0.0, y=0.0):
    c, s = np.cos(np.radians(degrees)) * zoom, np.sin(np.radians(degrees)) * zoom
    return np.array([[c, -s, x], [s, c, y], [0, 0, 1.0]])


@pytest.mark.parametrize(
    "matrix",
    [
        np.eye(3),
        turn(0, 1.0, 30, -20),
        turn(10, 0.9, 60, 10),
        turn(-35, 0.7, 60, 200),
        turn(0, 0.5, 100, 80),
        np.array([[0.9, 0.06, 10], [-0.04, 0.95, 20], [2e-4, 1e-4, 1]]),
    ],
    ids=["still", "moved", "turned", "turned and smaller", "half", "seen at a slant"],
)
def test_a_known_movement_is_recovered_within_a_pixel_or_so(matrix):
    other = local_features(warped(matrix))
    geometry = match(FEATURES, other)
    assert geometry.inliers >= 30
    assert not geometry.mirrored
    assert misses(geometry, matrix, other, (480, 360)).max() < 1.5
    assert np.median(misses(geometry, matrix, other, (480, 360))) < 1


def test_lines_join_the_same_places():
    geometry = match(FEATURES, local_features(PICTURE))
    assert geometry.lines.dtype == np.float32
    assert ((geometry.lines >= 0) & (geometry.lines <= 1)).all()
    assert geometry.lines[:, :2] == pytest.approx(geometry.lines[:, 2:])
    assert geometry.overlap_a == pytest.approx(1)
    assert geometry.overlap_b == pytest.approx(1)
    assert geometry.inlier_ratio == pytest.approx(1, abs=0.05)
    assert geometry.mean_distance == 0


def test_a_mirrored_copy_is_called_one():
    other = local_features(ImageOps.mirror(PICTURE))
    geometry = match(FEATURES, other)
    assert geometry.mirrored
    assert geometry.inliers > 100
    landed = project(geometry.matrix, np.array([[100.0, 50.0]]))
    assert landed == pytest.approx(np.array([[other.width - 1 - 100, 50]]), abs=1)
    assert geometry.overlap_a > 0.98


def test_overlaps_say_how_much_of_each_side_is_shared():
    part = PICTURE.crop((0, 0, 240, 360))
    geometry = match(FEATURES, local_features(part))
    assert geometry.overlap_a == pytest.approx(0.5, abs=0.02)
    assert geometry.overlap_b == pytest.approx(1.0, abs=0.02)
    reverse = match(local_features(part), FEATURES)
    assert reverse.overlap_a == pytest.approx(1.0, abs=0.02)
    assert reverse.overlap_b == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    "copy",
    [
        ImageOps.grayscale(PICTURE),
        ImageEnhance.Brightness(PICTURE).enhance(0.6),
        PICTURE.resize((160, 120), Image.Resampling.LANCZOS),
        PICTURE.transpose(Image.Transpose.ROTATE_90),
    ],
    ids=["grey", "dark", "a third as large", "quarter turn"],
)
def test_copies_are_recognised(copy):
    assert match(FEATURES, local_features(copy)).inliers > 25


def test_different_pictures_share_nothing_to_speak_of():
    others = [local_features(scene(seed, (480, 360))) for seed in range(1, 12)]
    assert max(geometry.inliers for geometry in match_many(FEATURES, others)) < 8


def test_pictures_without_keypoints_share_nothing():
    flat = local_features(Image.new("RGB", (300, 300)))
    nothing = no_geometry()
    for geometry in (match(flat, FEATURES), match(FEATURES, flat), match(flat, flat)):
        assert (geometry.inliers, geometry.matches, geometry.matrix) == (0, 0, None)
        assert (geometry.overlap_a, geometry.overlap_b, geometry.inlier_ratio) == (0, 0, 0)
        assert geometry.mean_distance == nothing.mean_distance == 256
    assert match_many(FEATURES, []) == []
    assert [g.inliers > 0 for g in match_many(FEATURES, [flat, FEATURES, flat])] == [False, True, False]


def test_one_by_one_or_together_gives_the_same():
    others = [local_features(warped(turn(angle, 0.8, 50, 40))) for angle in range(0, 60, 5)] + [FEATURES]
    for _ in range(2):
        for one, geometry in zip(others, match_many(FEATURES, others), strict=True):
            alone = match(FEATURES, one)
            assert np.array_equal(alone.lines, geometry.lines)
            assert np.array_equal(alone.matrix, geometry.matrix)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(0, 60), m=st.integers(0, 60))
def test_any_features_give_evidence_in_range(seed, n, m):
    rng = np.random.default_rng(seed)

    def features(count):
        codes = rng.integers(0, 4, (2, count, 32), np.uint8)  # few different bits: many near misses
        return LocalFeatures(rng.uniform(0, 300, (count, 2)).astype(np.float32), codes[0], codes[1], 300, 300)

    geometry = match(features(n), features(m))
    assert 0 <= geometry.inliers <= geometry.matches <= min(n, m)
    assert 0 <= geometry.inlier_ratio <= 1
    assert 0 <= geometry.overlap_a <= 1
    assert 0 <= geometry.overlap_b <= 1
    assert 0 <= geometry.mean_distance <= 256
    assert (geometry.matrix is None) == (geometry.inliers == 0)
