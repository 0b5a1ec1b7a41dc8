import numpy as np
import pytest
from sklearn.manifold import trustworthiness as peer

from core.clustering.knn import neighbours
from core.projection import quality
from tests.support.rows import unit


def _plane(count, seed=1):
    return np.random.default_rng(seed).uniform(-1, 1, (count, 2)).astype(np.float32)


def test_trustworthiness_is_that_of_scikit_learn():
    vectors, xy = unit(80), _plane(80)
    on_map = quality.nearest_on_map(xy, 7)
    ours = quality.trustworthiness(vectors, on_map, np.arange(80))
    assert ours == pytest.approx(peer(vectors, xy, n_neighbors=7, metric="cosine"))


def test_a_sample_says_about_the_same_as_all():
    vectors, xy = unit(600), _plane(600)
    on_map = quality.nearest_on_map(xy, 5)
    parts = [quality.trustworthiness(vectors, on_map, np.arange(i, 600, 3)) for i in range(3)]
    assert np.mean(parts) == pytest.approx(quality.trustworthiness(vectors, on_map, np.arange(600)))


def test_a_map_of_flat_vectors_is_perfect():
    angle = np.sort(np.random.default_rng(0).uniform(0, 1, 60))
    vectors = np.column_stack([np.cos(angle), np.sin(angle)]).astype(np.float32)
    found = quality.measure(vectors, neighbours(vectors, quality.K), vectors)
    assert found.trustworthiness == 1
    assert found.knn_preservation > 0.99
    assert (found.k, found.sample) == (15, 60)


def test_kept_counts_shared_neighbours():
    near = np.array([[1, 2], [0, 3], [3, 0]], np.int32)
    on_map = np.array([[2, 1], [0, 2], [1, 4]], np.int32)
    assert quality.kept(near, on_map).tolist() == [1, 0.5, 0]


def test_kept_of_some_is_kept_of_all():
    vectors, xy = unit(50), _plane(50)
    found = quality.measure(vectors, neighbours(vectors, quality.K), xy)
    some = np.array([3, 30])
    assert quality.kept_of(vectors, xy, some).tolist() == found.kept[some].tolist()


@pytest.mark.parametrize(("count", "k"), [(1, 0), (2, 0), (3, 1), (31, 15), (30, 14), (5000, 15)])
def test_k_is_always_fewer_than_half(count, k):
    assert quality.usual_k(count) == k


def test_two_pictures_have_nothing_to_measure():
    found = quality.measure(unit(2), neighbours(unit(2), 15), _plane(2))
    assert found.trustworthiness is found.knn_preservation is None
    assert np.isnan(found.kept).all()
