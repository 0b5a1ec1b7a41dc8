import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.reranking.k_reciprocal import k_reciprocal_distances


def at(degrees):
    radians = np.radians(np.asarray(degrees, float))
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


def test_a_crowd_that_ignores_the_query_is_put_behind_its_mutual_neighbours():
    # To the left, one picture at 10°, and a crowd of six around -11° whose members prefer each other.
    candidates = at([10, -9, -10, -10.5, -11, -11.5, -12])
    distances = k_reciprocal_distances(at([0])[0], candidates, k1=2, k2=1)
    assert distances.argmin() == 0
    # By cosine alone the nearest of the crowd would come first.
    assert (candidates @ at([0])[0]).argmax() == 1


def test_only_the_original_distance_counts_if_it_is_asked_for():
    candidates = at([5, 40, 20])
    distances = k_reciprocal_distances(at([0])[0], candidates, original=1.0)
    assert list(np.argsort(distances)) == [0, 2, 1]
    # Squared Euclidean distances, 2 - 2 cos, over the largest between any two.
    largest = 2 - 2 * np.cos(np.radians(40))
    assert distances[1] == pytest.approx(1.0, abs=1e-5)
    assert distances[2] == pytest.approx((2 - 2 * np.cos(np.radians(20))) / largest, abs=1e-4)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(0, 30), k1=st.integers(1, 40), k2=st.integers(1, 10))
def test_distances_are_in_range_and_follow_their_pictures(seed, n, k1, k2):
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((n + 1, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    distances = k_reciprocal_distances(vectors[0], vectors[1:], k1, k2)
    assert distances.shape == (n,)
    assert ((distances >= -1e-9) & (distances <= 1 + 1e-9)).all()
    order = rng.permutation(n)
    shuffled = k_reciprocal_distances(vectors[0], vectors[1:][order], k1, k2)
    assert shuffled == pytest.approx(distances[order], abs=1e-6)


def test_the_query_itself_is_nearest():
    vectors = at([0, 0, 30, 60])
    assert k_reciprocal_distances(vectors[0], vectors[1:])[0] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("settings_", [{"k1": 0}, {"k2": 0}, {"original": 1.1}])
def test_absurd_settings_are_refused(settings_):
    with pytest.raises(ValueError, match="expected"):
        k_reciprocal_distances(at([0])[0], at([1, 2]), **settings_)


def test_shapes_are_checked():
    with pytest.raises(ValueError, match="expected"):
        k_reciprocal_distances(np.ones(3, np.float32), at([1, 2]))
