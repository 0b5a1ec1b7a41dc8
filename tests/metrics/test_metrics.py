"""Every metric on one ranking that can be worked out by hand, and what holds for any ranking.

The hits stand at ranks 1, 3 and 6 of 6, and one more relevant item was not found.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.metrics.average_precision import average_precision
from core.metrics.hit_rate import hit_rate
from core.metrics.ndcg import ndcg_at_k
from core.metrics.precision import precision_at_k
from core.metrics.rankings import Rankings
from core.metrics.recall import recall_at_k
from core.metrics.reciprocal_rank import reciprocal_rank
from tests.support import plain_metrics

ALL = (precision_at_k, recall_at_k, average_precision, ndcg_at_k, reciprocal_rank, hit_rate)
HAND = Rankings(np.array([[True, False, True, False, False, True]]), np.array([4]))
LATE = Rankings(np.array([[False, False, False, True]]), np.array([1]))


@pytest.mark.parametrize(("k", "value"), [(1, 1.0), (2, 0.5), (3, 2 / 3), (6, 0.5), (10, 0.3)])
def test_precision_counts_missing_places_as_misses(k, value):
    assert precision_at_k(HAND, k).values == pytest.approx([value])


@pytest.mark.parametrize(("k", "value"), [(1, 0.25), (3, 0.5), (6, 0.75), (10, 0.75), (None, 0.75)])
def test_recall_counts_what_was_not_found(k, value):
    assert recall_at_k(HAND, k).values == pytest.approx([value])


@pytest.mark.parametrize(
    ("k", "value"), [(1, 1 / 4), (3, (1 + 2 / 3) / 4), (None, (1 + 2 / 3 + 3 / 6) / 4), (99, (13 / 6) / 4)]
)
def test_average_precision_gives_nothing_for_what_was_not_found(k, value):
    assert average_precision(HAND, k).values == pytest.approx([value])


def test_ndcg_of_binary_gains():
    discount = 1 / np.log2(np.arange(2, 8))
    assert ndcg_at_k(HAND, 1).values == pytest.approx([1.0])
    assert ndcg_at_k(HAND, 3).values == pytest.approx([(discount[0] + discount[2]) / discount[:3].sum()])
    assert ndcg_at_k(HAND).values == pytest.approx([discount[[0, 2, 5]].sum() / discount[:4].sum()])


def test_ndcg_of_grades_linear_and_exponential():
    rankings = Rankings.graded(np.array([[1.0, 0.0, 3.0]]), np.array([[3.0, 2.0, 1.0]]))
    assert ndcg_at_k(rankings, 3).values == pytest.approx(
        [(1 + 3 / 2) / (3 + 2 / np.log2(3) + 1 / 2)], abs=1e-12
    )
    assert ndcg_at_k(rankings, 3, gain="exponential").values == pytest.approx(
        [(1 + 7 / 2) / (7 + 3 / np.log2(3) + 1 / 2)], abs=1e-12
    )


def test_ndcg_without_a_cut_off_expects_every_relevant_item_even_beyond_the_list():
    rankings = Rankings(np.array([[True]]), np.array([2]))
    assert ndcg_at_k(rankings).values == pytest.approx([1 / (1 + 1 / np.log2(3))])
    assert ndcg_at_k(rankings, 1).values == pytest.approx([1.0])


def test_an_unknown_gain_is_refused():
    with pytest.raises(ValueError, match="linear"):
        ndcg_at_k(HAND, 3, gain="cubic")


def test_reciprocal_rank_and_hit_rate_see_the_first_hit_only():
    assert reciprocal_rank(HAND).values == pytest.approx([1.0])
    assert reciprocal_rank(LATE).values == pytest.approx([0.25])
    assert reciprocal_rank(LATE, 3).values == pytest.approx([0.0])
    assert hit_rate(LATE, 3).values == pytest.approx([0.0])
    assert hit_rate(LATE, 4).values == pytest.approx([1.0])


@pytest.mark.parametrize("function", ALL)
def test_a_query_with_nothing_relevant_has_no_value_and_is_counted(function):
    gains = np.array([[True, False], [False, False], [False, False]])
    found = function(Rankings(gains, np.array([1, 0, 1])), 1)
    assert found.answered.tolist() == [True, False, True]
    assert (found.counted, found.skipped, found.mean) == (2, 1, 0.5)


@pytest.mark.parametrize("function", ALL)
@pytest.mark.parametrize("k", [0, -3])
def test_a_cut_off_that_is_not_positive_is_refused(function, k):
    with pytest.raises(ValueError, match="k ≥ 1"):
        function(HAND, k)


@pytest.mark.parametrize("function", ALL)
def test_no_queries_and_no_candidates(function):
    assert function(Rankings(np.zeros((0, 5), bool), np.zeros(0, int)), 3).counted == 0
    assert function(Rankings(np.zeros((2, 0), bool), np.array([1, 0])), 3).values[0] == 0
    empty = Rankings(np.zeros((2, 0), bool), np.array([1, 0]), scores=np.zeros((2, 0)))
    assert function(empty, 3).values[0] == 0


@st.composite
def graded(draw):
    rows = draw(st.integers(1, 6))
    depth = draw(st.integers(1, 25))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    gains = rng.choice([0.0, 0.0, 1.0, 2.0, 3.5], (rows, depth))
    outside = rng.choice([0.0, 1.0, 4.0], (rows, draw(st.integers(0, 4))))
    return gains, np.concatenate([gains, outside], axis=1)


@settings(max_examples=60, deadline=None)
@given(judged=graded(), k=st.integers(1, 30))
def test_the_same_as_one_query_at_a_time(judged, k):
    gains, ideal = judged
    rankings = Rankings.graded(gains, ideal)
    relevant = (ideal > 0).sum(axis=1)
    for function, measure in [
        (precision_at_k, lambda i: plain_metrics.precision(gains[i], k)),
        (recall_at_k, lambda i: plain_metrics.recall(gains[i], relevant[i], k)),
        (average_precision, lambda i: plain_metrics.average_precision(gains[i], relevant[i], k)),
        (ndcg_at_k, lambda i: plain_metrics.ndcg(gains[i], ideal[i], k)),
        (reciprocal_rank, lambda i: plain_metrics.reciprocal_rank(gains[i], k)),
        (hit_rate, lambda i: plain_metrics.hit_rate(gains[i], k)),
    ]:
        expected = [measure(i) if relevant[i] else np.nan for i in range(len(gains))]
        assert function(rankings, k).values == pytest.approx(expected, abs=1e-9, nan_ok=True)


@settings(max_examples=40, deadline=None)
@given(judged=graded())
def test_values_are_shares_and_deeper_cut_offs_find_no_less(judged):
    rankings = Rankings.graded(*judged)
    for function in ALL:
        values = np.array([function(rankings, k).kept for k in range(1, 30)])
        assert np.all((values >= 0) & (values <= 1 + 1e-9))
        if function in (recall_at_k, average_precision, reciprocal_rank, hit_rate):
            assert np.all(np.diff(values, axis=0) >= -1e-12)


@settings(max_examples=30, deadline=None)
@given(judged=graded())
def test_the_best_order_is_perfect(judged):
    _, ideal = judged
    best = Rankings.graded(-np.sort(-ideal, axis=1), ideal)
    for function in (average_precision, ndcg_at_k, reciprocal_rank, recall_at_k, hit_rate):
        assert function(best).kept == pytest.approx(1.0)


@settings(max_examples=30, deadline=None)
@given(judged=graded(), seed=st.integers(0, 2**32 - 1))
def test_the_order_in_which_ties_were_sorted_is_of_no_account(judged, seed):
    gains, ideal = judged
    rng = np.random.default_rng(seed)
    scores = -np.sort(-rng.integers(0, 4, gains.shape).astype(np.float32), axis=1)
    shuffled = gains.copy()
    for row, levels in zip(shuffled, scores, strict=True):
        for level in np.unique(levels):
            row[levels == level] = rng.permutation(row[levels == level])
    for function in ALL:
        assert function(Rankings.graded(shuffled, ideal, scores), 7).values == pytest.approx(
            function(Rankings.graded(gains, ideal, scores), 7).values, abs=1e-9, nan_ok=True
        )
