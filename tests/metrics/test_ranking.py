import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.metrics.ranking import average_precision, bootstrap_interval, precision_at_k

# Two rankings worked out by hand: + - + - -, and nothing relevant.
HAND = np.array([[1, 0, 1, 0, 0], [0, 0, 0, 0, 0]], dtype=bool)


def test_precision_by_hand():
    assert precision_at_k(HAND, 1) == pytest.approx([1, 0])
    assert precision_at_k(HAND, 3) == pytest.approx([2 / 3, 0])
    assert precision_at_k(HAND, 10) == pytest.approx([0.2, 0])


def test_average_precision_by_hand():
    assert average_precision(HAND) == pytest.approx([(1 / 1 + 2 / 3) / 2, 0])
    # Four relevant answers exist, two of them were not returned.
    assert average_precision(HAND, np.array([4, 4])) == pytest.approx([(1 / 1 + 2 / 3) / 4, 0])


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="at least 1"):
        precision_at_k(HAND, 0)
    with pytest.raises(ValueError, match=r"\(queries, answers\)"):
        average_precision(HAND[0])
    with pytest.raises(ValueError, match="no values"):
        bootstrap_interval(np.array([]))


RANKINGS = arrays(bool, st.tuples(st.integers(1, 5), st.integers(1, 12)))


@given(RANKINGS)
def test_average_precision_is_best_when_the_relevant_come_first(relevance):
    best = -np.sort(-relevance.astype(int), axis=1) > 0
    assert np.all(average_precision(relevance) <= average_precision(best) + 1e-12)
    assert average_precision(best) == pytest.approx(relevance.any(axis=1).astype(float))


@given(RANKINGS, st.integers(1, 15))
def test_precision_counts_the_relevant(relevance, k):
    by_hand = [sum(row[:k]) / k for row in relevance.tolist()]
    assert precision_at_k(relevance, k) == pytest.approx(by_hand)


def test_interval_holds_the_mean_and_narrows():
    rng = np.random.default_rng(3)
    few, many = rng.random(20), rng.random(2000)
    low, high = bootstrap_interval(few)
    assert low < few.mean() < high
    narrow = bootstrap_interval(many)
    assert narrow[1] - narrow[0] < high - low
    assert bootstrap_interval(few) == (low, high)
