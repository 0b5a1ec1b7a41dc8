import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import MetricError
from core.metrics.curve import precision_recall_curve
from core.metrics.pairs import PairCounts, count_at

SCORES = np.array([0.3, 0.9, 0.8, 0.8, 0.1])
SAME = np.array([True, True, False, True, False])


def test_one_point_for_each_distinct_score():
    curve = precision_recall_curve(SCORES, SAME)
    assert curve.thresholds.tolist() == [0.9, 0.8, 0.3, 0.1]
    assert curve.precision == pytest.approx([1, 2 / 3, 3 / 4, 3 / 5])
    assert curve.recall == pytest.approx([1 / 3, 2 / 3, 1, 1])
    assert curve.average_precision == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)


def test_operating_points():
    curve = precision_recall_curve(SCORES, SAME)
    best = curve.best_f()
    assert (best.threshold, best.precision, best.recall) == (0.3, 0.75, 1.0)
    assert best.counts == PairCounts(3, 1, 0)
    assert curve.best_f(0.1).threshold == 0.9
    assert curve.at_precision(0.7).threshold == 0.3
    assert curve.at_precision(0.8).threshold == 0.9


def test_the_highest_threshold_is_taken_where_several_are_as_good():
    curve = precision_recall_curve(np.array([0.9, 0.5]), np.array([True, False]))
    assert curve.at_precision(0.5).threshold == 0.9


def test_a_precision_that_no_threshold_reaches_is_refused():
    curve = precision_recall_curve(np.array([0.9, 0.5]), np.array([False, True]))
    with pytest.raises(MetricError, match=r"best is 50\.00%"):
        curve.at_precision(0.9)


def test_unscored_pairs_keep_recall_below_one():
    curve = precision_recall_curve(SCORES, SAME, unscored=3)
    assert curve.recall[-1] == pytest.approx(0.5)
    assert curve.best_f().counts.false_negatives == 3


@pytest.mark.parametrize(("scores", "same"), [([], []), ([0.5], [False])])
def test_nothing_to_find_is_said_in_plain_words(scores, same):
    with pytest.raises(MetricError, match="judge more pairs"):
        precision_recall_curve(np.array(scores), np.array(same, bool))


def test_a_beta_that_is_not_positive_is_refused():
    with pytest.raises(ValueError, match="beta"):
        precision_recall_curve(SCORES, SAME).best_f(-1)


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(1, 60),
    levels=st.integers(1, 40),
    seed=st.integers(0, 2**32 - 1),
)
def test_the_same_as_scikit_learn_however_many_tie(n, levels, seed):
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, levels, n) / levels
    same = rng.random(n) < 0.4
    same[0] = True
    curve = precision_recall_curve(scores, same)
    precision, recall, thresholds = sklearn.metrics.precision_recall_curve(same, scores)
    assert curve.thresholds == pytest.approx(thresholds[::-1])
    assert curve.precision == pytest.approx(precision[-2::-1])
    assert curve.recall == pytest.approx(recall[-2::-1])
    expected = sklearn.metrics.average_precision_score(same, scores)
    assert curve.average_precision == pytest.approx(expected, abs=1e-9)
    best = curve.best_f()
    assert best.counts == count_at(scores, same, best.threshold)
    assert best.counts.f1 == pytest.approx(max(count_at(scores, same, t).f1 for t in thresholds))
