import numpy as np
import pytest

from core.clustering.trust.outliers import outliers
from core.errors import ClusteringError
from tests.support.rows import fill


def crowd(count, dim=48, seed=0):
    vectors = np.zeros((count, dim), np.float32)
    vectors[:, 0] = 1
    vectors += 0.05 * np.random.default_rng(seed).standard_normal((count, dim))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_a_stranger_is_far_be_it_copied(shop):
    vectors = crowd(60)
    vectors[50:] = 0
    vectors[50:, 1] = 1
    fill(shop, vectors)
    ids = shop.ids()
    found = outliers(shop)
    assert found.far.tolist() == [ids[50]]
    assert found.ranked[0] == ids[50]
    assert len(found.ranked) == 51
    assert np.allclose(found.scores[50:], found.scores.max())
    assert found.distances[50] == pytest.approx((1 - vectors[:50, 1]).mean(), abs=0.1)


def test_pictures_known_as_copies_count_once(shop):
    vectors = crowd(30)
    fill(shop, vectors)
    ids = shop.ids()
    assert ids[1] not in outliers(shop, copies=[ids[:2]]).ranked


def test_scores_are_deviations_from_the_median(shop):
    fill(shop, crowd(41))
    assert np.median(outliers(shop).scores) == pytest.approx(0, abs=1e-6)


def test_one_picture_and_equal_pictures_are_far_from_nothing(shop):
    fill(shop, crowd(1))
    assert outliers(shop).neighbours == 0
    fill(shop, np.repeat(crowd(1), 4, axis=0))
    found = outliers(shop)
    assert found.scores.tolist() == [0] * 5
    assert len(found.far) == 0


def test_no_pictures(shop):
    with pytest.raises(ClusteringError, match="holds no pictures"):
        outliers(shop)
