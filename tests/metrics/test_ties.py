import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from core.metrics.average_precision import average_precision
from core.metrics.hit_rate import hit_rate
from core.metrics.map_at_r import map_at_r
from core.metrics.ndcg import ndcg_at_k
from core.metrics.precision import precision_at_k
from core.metrics.rankings import Rankings
from core.metrics.recall import recall_at_k
from core.metrics.reciprocal_rank import reciprocal_rank
from tests.support import plain_metrics

TIED = Rankings(
    np.array([[True, False, False, True]]), np.array([2]), scores=np.array([[0.9, 0.5, 0.5, 0.5]])
)


def test_one_hit_among_three_that_tie_is_a_third_of_a_hit_at_each_place():
    assert precision_at_k(TIED, 1).values == pytest.approx([1.0])
    assert precision_at_k(TIED, 2).values == pytest.approx([(1 + 1 / 3) / 2])
    assert recall_at_k(TIED, 3).values == pytest.approx([(1 + 2 / 3) / 2])
    assert average_precision(TIED).values == pytest.approx([(1 + (2 / 2 + 2 / 3 + 2 / 4) / 3) / 2])


def test_the_first_hit_may_be_anywhere_in_a_tie():
    all_tied = Rankings(np.array([[False, False, True]]), np.array([1]), scores=np.zeros((1, 3)))
    assert reciprocal_rank(all_tied).values == pytest.approx([(1 + 1 / 2 + 1 / 3) / 3])
    assert hit_rate(all_tied, 2).values == pytest.approx([2 / 3])


def test_scores_that_all_differ_change_nothing():
    gains = np.random.default_rng(0).random((50, 30)) < 0.2
    relevant = gains.sum(axis=1) + 1
    scores = np.broadcast_to(np.arange(30.0)[::-1], gains.shape)
    for function in (precision_at_k, recall_at_k, average_precision, ndcg_at_k, reciprocal_rank, hit_rate):
        plain = function(Rankings(gains, relevant), 10).values
        assert function(Rankings(gains, relevant, scores=scores), 10).values == pytest.approx(
            plain, abs=1e-12
        )


@settings(max_examples=60, deadline=None)
@given(
    gains=st.lists(st.sampled_from([0.0, 0.0, 1.0, 3.0]), min_size=1, max_size=7),
    levels=st.lists(st.integers(0, 2), min_size=7, max_size=7),
    outside=st.lists(st.sampled_from([1.0, 2.0]), max_size=2),
    k=st.integers(1, 8),
)
def test_the_mean_over_all_orders_of_the_tied(gains, levels, outside, k):
    scores = sorted(levels[: len(gains)], reverse=True)
    ideal = [gain for gain in gains if gain] + outside
    if not ideal:
        return
    rankings = Rankings.graded(np.array([gains]), np.array([ideal]), np.array([scores], np.float32))
    for function, measure in [
        (precision_at_k, lambda g: plain_metrics.precision(g, k)),
        (recall_at_k, lambda g: plain_metrics.recall(g, len(ideal), k)),
        (average_precision, lambda g: plain_metrics.average_precision(g, len(ideal), k)),
        (ndcg_at_k, lambda g: plain_metrics.ndcg(g, ideal, k)),
        (reciprocal_rank, lambda g: plain_metrics.reciprocal_rank(g, k)),
        (hit_rate, lambda g: plain_metrics.hit_rate(g, k)),
    ]:
        expected = plain_metrics.over_orders(gains, scores, measure)
        assert function(rankings, k).values == pytest.approx([expected], abs=1e-9), function.__name__
    at_r = plain_metrics.over_orders(
        gains, scores, lambda g: plain_metrics.average_precision(g, len(ideal), len(ideal))
    )
    assert map_at_r(rankings).values == pytest.approx([at_r], abs=1e-9)


@pytest.mark.parametrize("k", [1, 5, 20, None])
def test_scikit_learn_averages_the_gains_of_the_tied_as_well(k):
    rng = np.random.default_rng(1)
    gains = rng.integers(0, 4, (40, 20)).astype(float)
    gains[:, 0] = 1
    scores = -np.sort(-rng.integers(0, 6, (40, 20)).astype(float), axis=1)
    mine = ndcg_at_k(Rankings.graded(gains, gains, scores), k)
    assert mine.mean == pytest.approx(ndcg_score(gains, scores, k=k), abs=1e-9)
