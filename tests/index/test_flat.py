import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.index.flat import FlatIndex


def unit(*degrees):
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_points_on_a_circle_come_back_in_order_of_angle():
    index = FlatIndex(2)
    index.add(np.array([10, 20, 30, 40]), unit(0, 30, 60, 90))
    found = index.search(unit(20), 3)
    assert found.ids.tolist() == [[20, 10, 30]]
    assert found.scores[0] == pytest.approx(np.cos(np.radians([10, 20, 40])), abs=1e-6)


def test_only_allowed_ids_are_found_and_the_rest_is_padded():
    index = FlatIndex(2)
    index.add(np.array([1, 2, 3]), unit(0, 30, 60))
    found = index.search(unit(0), 3, allowed=np.array([3, 2, 99]))
    assert found.ids.tolist() == [[2, 3, -1]]
    assert found.scores[0, 2] == -np.inf


def test_nothing_allowed_and_nothing_there():
    index = FlatIndex(2)
    assert index.search(unit(0), 2).ids.tolist() == [[-1, -1]]
    index.add(np.array([1]), unit(0))
    assert index.search(unit(0), 2, allowed=np.array([], np.int64)).ids.tolist() == [[-1, -1]]


@pytest.mark.parametrize("k", [0, -1])
def test_a_k_that_is_not_positive_is_refused(k):
    with pytest.raises(ValueError, match="k ≥ 1"):
        FlatIndex(2).search(unit(0), k)


def test_vectors_of_another_length_are_refused():
    with pytest.raises(ValueError, match="length 2"):
        FlatIndex(2).add(np.array([1]), np.zeros((1, 3), np.float32))


@settings(max_examples=40, deadline=None)
@given(
    n=st.integers(1, 60),
    batches=st.integers(1, 4),
    k=st.integers(1, 20),
    seed=st.integers(0, 2**32 - 1),
)
def test_the_same_as_sorting_all_inner_products(n, batches, k, seed):
    rng = np.random.default_rng(seed)
    ids = rng.choice(1000, n, replace=False).astype(np.int64)
    vectors = rng.standard_normal((n, 8)).astype(np.float32)
    allowed = ids[rng.random(n) < 0.5]
    index = FlatIndex(8)
    for part in np.array_split(np.arange(n), batches):
        index.add(ids[part], vectors[part])
    query = rng.standard_normal((1, 8)).astype(np.float32)
    for subset in (None, allowed):
        mine = ids if subset is None else subset
        scores = {int(i): float(vectors[list(ids).index(i)] @ query[0]) for i in mine}
        expected = sorted(scores.values(), reverse=True)[:k]
        found = index.search(query, k, subset)
        got = [float(s) for s in found.scores[0] if np.isfinite(s)]
        assert got == pytest.approx(expected, abs=1e-4)
        assert all(
            scores[int(i)] == pytest.approx(s, abs=1e-4) for i, s in zip(found.ids[0], got, strict=False)
        )
