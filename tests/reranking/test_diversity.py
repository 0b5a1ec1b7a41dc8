import numpy as np
import pytest

from core.reranking.diversity import diverse_order


def unit(*angles):
    return np.array([[np.cos(a), np.sin(a)] for a in np.radians(angles)], np.float32)


def test_a_near_copy_moves_behind_what_is_new():
    vectors = unit(0, 1, 90)
    assert diverse_order([1.0, 0.99, 0.8], vectors, relevance=0.3) == [0, 2, 1]
    assert diverse_order([1.0, 0.99, 0.8], vectors, relevance=1.0) == [0, 1, 2]


def test_the_best_stays_first_and_every_row_comes_once():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(50, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    scores = np.sort(rng.random(50))[::-1].tolist()
    order = diverse_order(scores, vectors)
    assert order[0] == 0
    assert sorted(order) == list(range(50))
    kept = [vectors[order[:10]], vectors[:10]]
    varied, plain = (np.triu(v @ v.T, 1).sum() for v in kept)
    assert varied < plain


def test_equal_scores_are_only_spread_and_nothing_gives_nothing():
    assert diverse_order([0.5, 0.5, 0.5], unit(0, 0, 90)) == [0, 2, 1]
    assert diverse_order([], np.empty((0, 4), np.float32)) == []


@pytest.mark.parametrize(("scores", "relevance"), [([0.1], 0.7), ([0.1, 0.2], 1.5)])
def test_what_does_not_fit_is_an_error(scores, relevance):
    with pytest.raises(ValueError, match="expected"):
        diverse_order(scores, unit(0, 90), relevance)
