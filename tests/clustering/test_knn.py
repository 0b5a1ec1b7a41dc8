import numpy as np
import pytest

import core.clustering.knn as module
from core.clustering.knn import nearest_of, neighbours, without_own
from core.jobs import Cancelled, Monitor
from tests.support.rows import unit


def test_the_nearest_others_with_their_cosines():
    angle = np.radians([0, 10, 30, 90])
    found = neighbours(np.column_stack([np.cos(angle), np.sin(angle)]).astype(np.float32), 2)
    assert found.rows.tolist() == [[1, 2], [0, 2], [1, 0], [2, 1]]
    assert found.similarity[0] == pytest.approx(np.cos(np.radians([10, 30])), abs=1e-6)


def test_equal_vectors_never_count_themselves():
    found = neighbours(np.ones((9, 1), np.float32), 3)
    assert (found.rows != np.arange(9)[:, None]).all()
    assert found.similarity == pytest.approx(1)


@pytest.mark.parametrize(("count", "width"), [(1, 0), (2, 1), (4, 3)])
def test_there_are_never_more_neighbours_than_others(count, width):
    assert neighbours(unit(count), 5).rows.shape == (count, width)


def test_those_of_some_pictures_only():
    vectors = unit(40)
    some = np.array([7, 3])
    assert (nearest_of(vectors, some, 4).rows == neighbours(vectors, 4).rows[some]).all()


def test_the_last_one_goes_where_a_row_did_not_find_itself():
    rows, values = without_own(
        np.array([[5, 0, 2], [5, 6, 7]]), np.array([[3, 2, 1], [3, 2, 1]], np.float32), np.array([0, 1])
    )
    assert rows.tolist() == [[5, 2], [5, 6]]
    assert values.tolist() == [[3, 1], [3, 2]]


def test_candidates_hold_nearly_all_true_neighbours(monkeypatch):
    rng = np.random.default_rng(0)
    vectors = np.repeat(unit(60, 128), 25, axis=0) + 0.05 * rng.standard_normal((1500, 128))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    true = neighbours(vectors, 10)
    monkeypatch.setattr(module, "EXACT", 1000)
    found = neighbours(vectors, 10)
    shared = [len(set(a) & set(b)) for a, b in zip(true.rows.tolist(), found.rows.tolist(), strict=True)]
    assert np.mean(shared) > 9.5
    assert (found.rows != np.arange(1500)[:, None]).all()
    assert (np.diff(found.similarity, axis=1) <= 0).all()
    own = np.einsum("nd,nkd->nk", vectors, vectors[found.rows])
    assert found.similarity == pytest.approx(own, abs=1e-5)


@pytest.mark.parametrize("exact", [0, 100])
def test_it_can_be_stopped(monkeypatch, exact):
    monkeypatch.setattr(module, "EXACT", exact)
    monitor = Monitor()
    monitor.cancel()
    with pytest.raises(Cancelled):
        neighbours(unit(50), 3, monitor)
