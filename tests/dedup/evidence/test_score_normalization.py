import numpy as np
import pytest

from core.dedup.evidence.score_normalization import Background


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_the_level_is_the_mean_of_the_fifth_to_fourteenth_nearest():
    vectors = unit(np.random.default_rng(0).normal(size=(40, 8)))
    levels = Background(np.arange(40), vectors).levels(vectors[:3])
    expected = [np.sort(row)[::-1][4:14].mean() for row in vectors[:3] @ vectors.T]
    assert levels == pytest.approx(expected, abs=1e-6)


def test_a_few_copies_do_not_raise_it():
    rng = np.random.default_rng(0)
    vectors = unit(rng.normal(size=(200, 32)))
    before = Background(np.arange(200), vectors).levels(vectors[:1])[0]
    copies = np.repeat(vectors[:1], 3, axis=0)
    with_copies = np.concatenate([vectors, copies])
    after = Background(np.arange(203), with_copies).levels(vectors[:1])[0]
    assert after == pytest.approx(before, abs=0.06)


@pytest.mark.parametrize("count", [0, 1, 13])
def test_too_small_a_collection_has_the_level_of_most_photos(count):
    vectors = unit(np.random.default_rng(0).normal(size=(max(count, 1), 8)))
    assert Background(np.arange(count), vectors[:count]).levels(vectors).tolist() == pytest.approx(
        [0.65] * len(vectors)
    )


def test_it_is_the_same_for_the_same_pictures_and_most_of_it_while_some_are_added():
    vectors = unit(np.random.default_rng(0).normal(size=(3000, 8)))
    ids = np.arange(3000)
    order = np.random.default_rng(1).permutation(3000)
    one = Background(ids, vectors).levels(vectors[:50])
    assert one == pytest.approx(Background(ids[order], vectors[order]).levels(vectors[:50]), abs=1e-6)
    fewer = Background(ids[:2900], vectors[:2900]).levels(vectors[:50])
    assert np.abs(one - fewer).max() < 0.05
