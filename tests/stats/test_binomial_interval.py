import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from core.stats.binomial_interval import clopper_pearson


def test_the_rule_of_three():
    assert clopper_pearson(0, 100, confidence=0.9).high == pytest.approx(1 - 0.05**0.01)
    assert clopper_pearson(100, 100, confidence=0.9).low == pytest.approx(0.05**0.01)


def test_no_trial_says_nothing():
    assert (clopper_pearson(0, 0).low, clopper_pearson(0, 0).high) == (0.0, 1.0)


@given(trials=st.integers(1, 2000), share=st.floats(0, 1), confidence=st.sampled_from([0.8, 0.95, 0.99]))
def test_the_same_as_scipy(trials, share, confidence):
    successes = round(trials * share)
    mine = clopper_pearson(successes, trials, confidence=confidence)
    other = scipy.stats.binomtest(successes, trials).proportion_ci(confidence, "exact")
    assert (mine.low, mine.high) == pytest.approx((other.low, other.high), abs=1e-9)
    assert successes / trials in mine
    assert mine.confidence == confidence


@pytest.mark.parametrize(("successes", "trials", "confidence"), [(-1, 2, 0.9), (3, 2, 0.9), (1, 2, 1.5)])
def test_counts_that_cannot_be_are_refused(successes, trials, confidence):
    with pytest.raises(ValueError, match="expected"):
        clopper_pearson(successes, trials, confidence=confidence)
