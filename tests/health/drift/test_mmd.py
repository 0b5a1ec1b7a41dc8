import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.health.drift.mmd import drift_kernel, mmd_squared, permutation_test
from core.jobs import Cancelled, Monitor


def blobs(first, second, shift, seed=0, dim=6):
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((first + second, dim)).astype(np.float32)
    vectors[first:, 0] += shift
    return vectors


def test_four_pictures_by_hand():
    # Two and two: within 0.8 and 0.6, across 0.1, 0.2, 0.3 and 0.4.
    kernel = np.array(
        [[9, 0.8, 0.1, 0.2], [0.8, 9, 0.3, 0.4], [0.1, 0.3, 9, 0.6], [0.2, 0.4, 0.6, 9]], np.float32
    )
    members = np.array([[1, 1, 0, 0], [0, 0, 1, 1]], np.float32)
    # 2·0.8/(2·1) + 2·0.6/(2·1) − 2·(0.1 + 0.2 + 0.3 + 0.4)/(2·2) = 0.9, whichever side is called the first.
    assert mmd_squared(kernel, members) == pytest.approx([0.9, 0.9], abs=1e-5)


@given(st.integers(2, 5), st.integers(2, 5), st.integers(0, 10**6))
def test_it_is_the_unbiased_estimate(first, second, seed):
    rng = np.random.default_rng(seed)
    half = rng.random((first + second, first + second)).astype(np.float32)
    kernel = half + half.T
    members = np.zeros((1, first + second), np.float32)
    inside = rng.permutation(first + second)[:first]
    members[0, inside] = 1
    outside = np.setdiff1d(np.arange(first + second), inside)
    pairs = [kernel[i, j] for i, j in itertools.permutations(inside, 2)]
    others = [kernel[i, j] for i, j in itertools.permutations(outside, 2)]
    across = [kernel[i, j] for i in inside for j in outside]
    expected = np.mean(pairs) + np.mean(others) - 2 * np.mean(across)
    assert mmd_squared(kernel, members)[0] == pytest.approx(expected, abs=1e-4)


def test_a_shift_is_found_and_its_absence_is_not():
    found = permutation_test(drift_kernel(blobs(60, 40, 1.5)), 60, permutations=199)
    assert found.p_value == pytest.approx(1 / 200)
    assert found.statistic > 4
    assert permutation_test(drift_kernel(blobs(60, 40, 0.0)), 60, permutations=199).p_value > 0.05


def test_a_small_p_value_is_resolved_and_a_large_one_is_not_pursued():
    shifted, same = drift_kernel(blobs(30, 30, 2.0)), drift_kernel(blobs(30, 30, 0.0))
    assert permutation_test(shifted, 30, permutations=99, most=4999).p_value == pytest.approx(1 / 5000)
    assert permutation_test(same, 30, permutations=199, most=4999).permutations == 199


def test_the_same_seed_gives_the_same_answer():
    kernel = drift_kernel(blobs(20, 20, 0.5))
    assert permutation_test(kernel, 20, seed=1) == permutation_test(kernel.copy(), 20, seed=1)
    assert permutation_test(kernel, 20, seed=1) != permutation_test(kernel, 20, seed=2)


def test_the_p_value_is_exact_over_all_ways_to_part_six_pictures():
    """Each of the 20 splits is as likely: no p-value occurs more often than its size allows."""
    vectors = np.random.default_rng(5).standard_normal((6, 2)).astype(np.float32)
    p_values, smooth = [], []
    for number, chosen in enumerate(itertools.combinations(range(6), 3)):
        order = [*chosen, *(i for i in range(6) if i not in chosen)]
        test = permutation_test(drift_kernel(vectors[order]), 3, permutations=999, seed=number)
        p_values.append(test.p_value)
        smooth.append(test.smooth_p)
    for level in (0.1, 0.2, 0.5, 0.8):
        assert np.mean(np.array(p_values) <= level) <= level + 0.05  # 999 draws stand for the 20 splits
    assert np.mean(smooth) == pytest.approx(0.5, abs=0.1)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_p_values_are_probabilities_and_ties_count_against_a_finding(seed):
    rng = np.random.default_rng(seed)
    vectors = rng.integers(0, 2, (12, 3)).astype(np.float32)  # many equal pictures
    test = permutation_test(drift_kernel(vectors), 5, permutations=99, seed=seed)
    assert 0 < test.smooth_p <= test.p_value + 1e-9 <= 1 + 1e-9


def test_equal_pictures_show_nothing():
    assert permutation_test(drift_kernel(np.ones((20, 4), np.float32)), 10, permutations=99).p_value == 1


def test_a_change_in_shares_alone_is_found_through_the_groups():
    vectors = np.random.default_rng(0).standard_normal((120, 5)).astype(np.float32)
    groups = np.array([0] * 50 + [1] * 10 + [0] * 30 + [1] * 30)
    assert permutation_test(drift_kernel(vectors, [groups]), 60, permutations=199).p_value <= 0.01


def test_too_few_and_cancelled():
    kernel = drift_kernel(blobs(3, 3, 0))
    with pytest.raises(ValueError, match="at least 2"):
        permutation_test(kernel, 1)
    monitor = Monitor()
    monitor.cancel()
    with pytest.raises(Cancelled):
        permutation_test(kernel, 3, monitor=monitor)
