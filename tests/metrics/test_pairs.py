import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import fbeta_score, precision_score, recall_score

from core.metrics.pairs import PairCounts, compare_pairs, count_at

SCORES = np.array([0.9, 0.8, 0.8, 0.3], np.float32)
SAME = np.array([True, False, True, True])


def test_pairs_at_the_threshold_are_found():
    counts = count_at(SCORES, SAME, float(SCORES[1]))
    assert counts == PairCounts(true_positives=2, false_positives=1, false_negatives=1)
    assert (counts.precision, counts.recall, counts.f1) == pytest.approx((2 / 3, 2 / 3, 2 / 3))


def test_pairs_that_were_never_scored_are_missed():
    assert count_at(SCORES, SAME, 0.0, unscored=4).recall == pytest.approx(3 / 7)


def test_nothing_found_has_no_precision_and_nothing_to_find_has_no_recall():
    nothing_found = count_at(SCORES, SAME, 1.0)
    assert (nothing_found.precision, nothing_found.recall, nothing_found.f1) == (None, 0.0, 0.0)
    nothing_there = count_at(SCORES, np.zeros(4, bool), 0.85)
    assert (nothing_there.precision, nothing_there.recall, nothing_there.f1) == (0.0, None, 0.0)
    assert PairCounts(0, 0, 0).f1 is None


@given(
    truth=st.lists(st.booleans(), min_size=1, max_size=20),
    seed=st.integers(0, 2**32 - 1),
    beta=st.sampled_from([0.5, 1.0, 2.0]),
)
def test_the_same_as_scikit_learn(truth, seed, beta):
    same = np.array(truth)
    scores = np.random.default_rng(seed).random(len(same))
    counts, found = count_at(scores, same, 0.5), scores >= 0.5
    assert (counts.precision or 0.0) == pytest.approx(precision_score(same, found, zero_division=0))
    assert (counts.recall or 0.0) == pytest.approx(recall_score(same, found, zero_division=0))
    assert (counts.f(beta) or 0.0) == pytest.approx(fbeta_score(same, found, beta=beta, zero_division=0))


def test_pairs_of_ids_in_any_order():
    counts = compare_pairs(np.array([[1, 2], [2, 1], [3, 4]]), np.array([[2, 1], [5, 6], [7, 8]]))
    assert counts == PairCounts(1, 1, 2)
    assert compare_pairs(np.zeros((0, 2), int), np.array([])) == PairCounts(0, 0, 0)


@pytest.mark.parametrize(
    ("scores", "same", "unscored"),
    [
        (SCORES[:2], SAME, 0),
        (SCORES, SAME.astype(int), 0),
        (np.array([np.nan]), np.array([True]), 0),
        (SCORES, SAME, -1),
    ],
)
def test_what_does_not_fit_is_refused(scores, same, unscored):
    with pytest.raises(ValueError, match="scores"):
        count_at(scores, same, 0.5, unscored=unscored)


def test_pairs_that_are_none_are_refused():
    with pytest.raises(ValueError, match="itself"):
        compare_pairs(np.array([[1, 1]]), np.array([[1, 2]]))
    with pytest.raises(ValueError, match="shape"):
        compare_pairs(np.array([[1, 1, 2]]), np.array([[1, 2]]))
    with pytest.raises(ValueError, match="beta"):
        PairCounts(1, 1, 1).f(0.0)
