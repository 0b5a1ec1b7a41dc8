"""Each mistake on cases that can be worked out by hand."""

import numpy as np
import pytest
from PIL import Image

from core.drills.mistakes.easy_negatives import easy_negatives
from core.drills.mistakes.imbalance import imbalance
from core.drills.mistakes.pools import pools
from core.drills.mistakes.preprocessing import MISTAKES, preprocessing
from core.drills.mistakes.probes import probes
from core.drills.mistakes.raw_norms import raw_norms
from core.drills.mistakes.threshold import threshold
from core.drills.mistakes.types import Shown, nearest, without_self
from core.errors import LookalikeError
from core.stored import from_json, to_json
from tests.support.rows import unit


def at_angles(*degrees):
    """Vectors of length 1 in the plane."""
    turned = np.radians(degrees)
    return np.stack([np.cos(turned), np.sin(turned)], axis=1).astype(np.float32)


def two_groups(size=15):
    """So many pictures around 0° of label 0, and around 60° of label 1."""
    spread = np.linspace(-4, 4, size)
    return at_angles(*spread, *(60 + spread)), np.repeat([0, 1], size)


def test_nearest_leaves_the_picture_itself_out():
    scores = without_self(np.ones((3, 3)))
    assert nearest(scores, 2).tolist() == [[1, 2], [0, 2], [0, 1]]


def test_long_features_win_over_near_ones():
    """Label 1 is four times as long: 4 · cos 60° = 2 beats 1 · cos 0° = 1, so label 0 finds label 1."""
    vectors, labels = two_groups()
    norms = np.where(labels == 1, 4.0, 1.0)
    shown = raw_norms(vectors, norms, labels)
    assert shown.right == 1
    assert shown.wrong == 0.5
    assert sum(shown.series[0].y) == 30
    assert raw_norms(vectors, np.ones(30), labels).wrong == 1


def test_norms_without_labels_are_compared_with_the_cosine():
    vectors, labels = two_groups()
    shown = raw_norms(vectors, np.where(labels == 1, 4.0, 1.0), np.full(30, -1))
    assert (shown.right, shown.wrong) == (1, 0.5)


def test_norms_that_are_not_known():
    vectors, labels = two_groups()
    with pytest.raises(LookalikeError, match="fewer than 20"):
        raw_norms(vectors, np.full(30, np.nan), labels)


def test_a_smaller_pool_flatters():
    """100 of each label, all found: recall@10 is 10 / 99 of everything."""
    vectors, labels = two_groups(100)
    shown = pools(vectors, labels)
    assert shown.right == pytest.approx(10 / 99)
    assert shown.wrong > 5 * shown.right
    assert list(shown.series[0].y) == sorted(shown.series[0].y, reverse=True)


def test_too_few_probes_lose_neighbours_and_all_find_all():
    shown = probes(unit(600))
    ivf = dict(zip(shown.series[0].x, shown.series[0].y, strict=True))
    assert shown.wrong == ivf[1] < 0.8
    assert list(ivf.values()) == sorted(ivf.values())
    assert shown.right >= ivf[1]
    assert len(shown.series) == 2
    with pytest.raises(LookalikeError):
        probes(unit(50))


def test_wrong_preprocessing_does_not_find_the_picture():
    """An encoder that sees the mean colour alone: swapped channels make red blue."""
    colours = [(250, 0, 0), (0, 0, 250), (0, 250, 0)]
    images = [Image.new("RGB", (40, 40), colour) for colour in colours]

    def encode(pictures):
        means = np.array([np.asarray(p, float).mean(axis=(0, 1)) + 1 for p in pictures])
        return (means / np.linalg.norm(means, axis=1, keepdims=True)).astype(np.float32)

    shown = preprocessing(images, np.arange(3), encode(images), encode)
    found = dict(zip(MISTAKES, shown.series[0].y, strict=True))
    assert found["As the collection was"] == shown.right == 1
    assert found["Red and blue swapped"] == pytest.approx(1 / 3)
    assert found["From tiny thumbnails"] == 1
    assert found["Inverted values"] == shown.wrong == 0
    with pytest.raises(LookalikeError):
        preprocessing([], np.empty(0, np.int64), encode(images), encode)


def test_a_copied_threshold():
    """Elsewhere 0.5 parts the pairs; here it is 0.9, and at 0.5 half of the pairs are wrong."""
    scores, alike = np.array([0.95, 0.92, 0.6, 0.55]), np.array([1, 1, 0, 0])
    other, truth = np.array([0.9, 0.7, 0.5, 0.3]), np.array([1, 1, 1, 0])
    shown = threshold(scores, alike, other, truth)
    assert shown.wrong == pytest.approx(0.45)  # precision 0.5
    assert shown.right == pytest.approx(0.05)  # precision 1
    assert "0.500" in shown.found
    assert "0.920" in shown.found
    with pytest.raises(LookalikeError, match="both kinds"):
        threshold(scores, np.ones(4, int), other, truth)


def test_micro_hides_a_small_label():
    """Label 0 has ten pictures and finds itself; the two of label 1 are among label 0."""
    vectors = at_angles(*range(0, 10), 2.5, 7.4)
    shown = imbalance(vectors, np.array([0] * 10 + [1, 1]), ("large", "small"))
    small = shown.series[0].y[1]
    assert shown.series[0].x == ("large", "small")
    assert small == 0
    assert shown.right < shown.wrong
    assert shown.right == pytest.approx(np.mean(shown.series[0].y))
    with pytest.raises(LookalikeError):
        imbalance(vectors, np.zeros(12, int), ("one",))


def test_easy_negatives_teach_nothing():
    """At 90° a negative scores 0 and a positive nearly 1: no triplet has a loss; at 4° nearly all have."""
    far, labels = at_angles(*np.linspace(-2, 2, 10), *np.linspace(88, 92, 10)), np.repeat([0, 1], 10)
    assert easy_negatives(far, labels).right == 0
    near = at_angles(*np.linspace(-2, 2, 10), *np.linspace(2, 6, 10))
    shown = easy_negatives(near, labels)
    assert shown.right == 1
    mixed = np.concatenate([near, at_angles(*np.linspace(88, 92, 40))])
    shown = easy_negatives(mixed, np.repeat([0, 1, 2], [10, 10, 40]))
    assert shown.wrong < shown.right


def test_what_is_shown_is_stored_and_read_back():
    shown = probes(unit(120))
    assert from_json(Shown, to_json(shown)) == shown
