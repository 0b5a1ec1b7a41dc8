import itertools

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import MetricError
from core.stats.randomization_test import paired_test


def every_sign(differences):
    """The p-value by trying all signs, one after the other."""
    bound = abs(sum(differences)) - 1e-9
    signs = itertools.product([-1, 1], repeat=len(differences))
    sums = [abs(sum(s * d for s, d in zip(sign, differences, strict=True))) for sign in signs]
    return sum(total >= bound for total in sums) / len(sums)


def test_three_gains_out_of_three_are_one_chance_in_four():
    result = paired_test(np.array([0.1, 0.2, 0.3]), np.array([0.4, 0.4, 0.4]))
    assert result.p_value == pytest.approx(0.25)
    assert result.difference == pytest.approx(0.2)
    assert (result.better, result.worse, result.equal, result.queries) == (3, 0, 0, 3)
    assert result.exact
    assert result.difference in result.interval


def test_no_difference_at_all():
    result = paired_test(np.array([0.3, 0.1 + 0.2]), np.array([0.3, 0.3]))
    assert (result.p_value, result.difference, result.equal) == (1.0, 0.0, 2)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-4, 4), min_size=2, max_size=9))
def test_few_queries_are_tested_exactly(tenths):
    after = np.array(tenths) / 10
    result = paired_test(np.zeros(len(tenths)), after)
    assert result.exact
    assert result.p_value == pytest.approx(every_sign(after.tolist()))
    swapped = paired_test(after, np.zeros(len(tenths)))
    assert swapped.p_value == pytest.approx(result.p_value)
    assert swapped.difference == pytest.approx(-result.difference)


def test_drawn_signs_come_close_to_all_signs():
    rng = np.random.default_rng(0)
    after = rng.normal(0.1, 0.3, 21)
    drawn = paired_test(np.zeros(21), after, resamples=40_000)
    every = scipy.stats.permutation_test(
        (after,), lambda x, axis: x.sum(axis=axis), permutation_type="samples", n_resamples=40_000,
        vectorized=True, rng=np.random.default_rng(1),
    )  # fmt: skip
    assert not drawn.exact
    assert drawn.p_value == pytest.approx(every.pvalue, abs=0.01)


def test_a_drawn_p_value_is_never_zero_and_the_seed_decides_it():
    before = np.zeros(500)
    after = np.random.default_rng(2).random(500)
    assert paired_test(before, after, resamples=999).p_value == pytest.approx(1 / 1000)
    noisy = after - 0.5
    assert paired_test(before, noisy, seed=5) == paired_test(before, noisy, seed=5)


def test_queries_with_nothing_to_find_are_left_out():
    before, after = np.array([0.1, np.nan, 0.2, 0.3]), np.array([0.4, np.nan, 0.4, 0.4])
    assert paired_test(before, after).queries == 3


def test_a_value_in_one_only_is_refused():
    with pytest.raises(ValueError, match="only one of the two"):
        paired_test(np.array([0.1, np.nan]), np.array([0.1, 0.2]))


def test_shapes_and_settings_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="one shape"):
        paired_test(np.zeros(3), np.zeros(4))
    with pytest.raises(ValueError, match="resamples"):
        paired_test(np.zeros(3), np.zeros(3), resamples=0)


@pytest.mark.parametrize("n", [0, 1])
def test_too_few_queries_are_refused_in_plain_words(n):
    with pytest.raises(MetricError, match="at least two"):
        paired_test(np.zeros(n), np.ones(n))
