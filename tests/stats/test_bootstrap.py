import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import MetricError
from core.stats.bootstrap import bootstrap_mean

SKEWED = np.random.default_rng(0).exponential(size=80)


@pytest.mark.parametrize("method", ["bca", "percentile"])
def test_the_interval_is_that_of_scipy(method):
    mine = bootstrap_mean(SKEWED, resamples=20_000, method=method)
    other = scipy.stats.bootstrap(
        (SKEWED,), np.mean, n_resamples=20_000, method=method, rng=np.random.default_rng(1)
    ).confidence_interval
    assert (mine.low, mine.high) == pytest.approx((other.low, other.high), abs=0.02)


def test_the_corrected_interval_leans_towards_the_long_tail():
    plain, corrected = (bootstrap_mean(SKEWED, method=method) for method in ("percentile", "bca"))
    assert corrected.low > plain.low
    assert corrected.high > plain.high


def test_the_same_seed_gives_the_same_interval():
    assert bootstrap_mean(SKEWED, seed=3) == bootstrap_mean(SKEWED, seed=3) != bootstrap_mean(SKEWED, seed=4)


def test_a_higher_confidence_gives_a_wider_interval():
    assert bootstrap_mean(SKEWED, confidence=0.99).width > bootstrap_mean(SKEWED, confidence=0.8).width


def test_values_that_are_all_equal_leave_no_doubt():
    interval = bootstrap_mean(np.full(5, 0.1))
    assert interval.low == interval.high == pytest.approx(0.1)


def test_most_intervals_hold_the_truth():
    rng = np.random.default_rng(7)
    held = sum(
        0.3 in bootstrap_mean((rng.random(100) < 0.3).astype(float), resamples=400) for _ in range(200)
    )
    assert 180 <= held <= 199


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.floats(0, 1), min_size=2, max_size=40),
    method=st.sampled_from(["bca", "percentile"]),
)
def test_the_interval_holds_the_mean_and_stays_within_the_values(values, method):
    array = np.array(values)
    interval = bootstrap_mean(array, resamples=300, method=method)
    assert interval.low - 1e-12 <= array.mean() <= interval.high + 1e-12
    assert array.min() - 1e-12 <= interval.low <= interval.high <= array.max() + 1e-12


@pytest.mark.parametrize("values", [[], [0.5]])
def test_too_few_queries_are_refused_in_plain_words(values):
    with pytest.raises(MetricError, match="at least two"):
        bootstrap_mean(np.array(values))


@pytest.mark.parametrize(
    ("values", "settings"),
    [
        (np.array([0.1, np.nan]), {}),
        (np.zeros((2, 2)), {}),
        (SKEWED, {"confidence": 1.0}),
        (SKEWED, {"confidence": 0.0}),
        (SKEWED, {"resamples": 0}),
        (SKEWED, {"method": "magic"}),
    ],
)
def test_settings_out_of_range_are_refused(values, settings):
    with pytest.raises(ValueError, match="expected"):
        bootstrap_mean(values, **settings)


def test_values_that_differ_by_rounding_alone_have_a_finite_interval():
    values = np.array([1.0, 1.0, 1.0 - 1e-16, 1.0])
    found = bootstrap_mean(values)
    assert found.low == found.high == pytest.approx(1.0)
