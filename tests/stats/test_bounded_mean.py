import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.stats.bounded_mean import betting_interval, betting_lower_bound

RECALLS = np.random.default_rng(0).binomial(10, 0.99, 1000) / 10


@pytest.mark.parametrize(
    ("mean", "draw"),
    [
        (0.97, lambda rng: rng.binomial(10, 0.97, 200) / 10),
        (0.95, lambda rng: (rng.random(200) < 0.95).astype(float)),
        (0.5, lambda rng: rng.random(200)),
        (0.986, lambda rng: np.where(rng.random(200) < 0.02, 0.3, 1.0)),
    ],
)
def test_the_bound_fails_no_more_often_than_it_says(mean, draw):
    rng = np.random.default_rng(1)
    failures = sum(betting_lower_bound(draw(rng), 0.9) > mean for _ in range(500))
    # 50 are allowed on average; 73 or more happen once in a thousand times if exactly that is the rate.
    assert failures < 73


def test_the_interval_covers_from_both_sides():
    rng = np.random.default_rng(2)
    missed = sum(
        0.8 not in betting_interval(rng.binomial(5, 0.8, 150) / 5, confidence=0.9) for _ in range(300)
    )
    assert missed < 47  # once in a thousand times at a rate of exactly 0.1


def test_it_is_far_tighter_than_hoeffding_where_values_hardly_vary():
    gap = RECALLS.mean() - betting_lower_bound(RECALLS, 0.975)
    hoeffding = np.sqrt(np.log(1 / 0.025) / (2 * len(RECALLS)))
    assert 0 < gap < hoeffding / 8


def test_the_best_that_all_ones_can_prove():
    # 100 times right rules out a mean of m only if m^100 < 5 %, so nothing above 0.05^(1/100) can be shown.
    bound = betting_lower_bound(np.ones(100), 0.95)
    assert 0.95 < bound <= 0.05 ** (1 / 100)


def test_the_order_of_the_values_does_not_matter_much():
    assert betting_lower_bound(np.sort(RECALLS), 0.975) == pytest.approx(
        betting_lower_bound(np.sort(RECALLS)[::-1], 0.975), abs=2e-3
    )


def test_nothing_known_is_nothing_promised():
    assert betting_lower_bound(np.empty(0), 0.95) == 0
    assert betting_lower_bound(np.zeros(50), 0.95) == 0
    assert betting_interval(np.empty(0)).high == 1


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.floats(0.5, 0.999))
def test_it_lies_below_the_mean_and_sinks_with_the_confidence(values, confidence):
    given_values = np.array(values)
    bound = betting_lower_bound(given_values, confidence)
    assert 0 <= bound <= given_values.mean() + 1e-12
    both = betting_interval(given_values, confidence=confidence)
    assert both.low <= both.high


@pytest.mark.parametrize("values", [[1.1], [-0.1], [np.nan], [[0.5]]])
def test_what_is_no_bounded_value_is_refused(values):
    with pytest.raises(ValueError, match="between 0 and 1"):
        betting_lower_bound(np.array(values), 0.95)


def test_what_is_no_confidence_is_refused():
    with pytest.raises(ValueError, match="confidence"):
        betting_lower_bound(np.ones(3), 1.0)
