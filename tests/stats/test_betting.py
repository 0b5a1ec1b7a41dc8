import numpy as np
import pytest

from core.stats.betting import draws_needed, log_wealth, most_below


def test_one_draw_of_each_kind_by_hand():
    # Of 20, fewer than 0.95 are at most 18: the odds on the first success are 20 to 18.
    stakes, weights = np.arange(1, 11) / 10, np.append(np.full(9, 2 / 27), 1 / 3)
    won = np.log(weights @ (1 + stakes * (20 / 18 - 1)))
    assert log_wealth(np.array([True]), 20, 0.95) == pytest.approx([won])
    assert log_wealth(np.array([False]), 20, 0.95) == pytest.approx([np.log(weights @ (1 - stakes))])


def test_a_share_is_counted_as_it_is_written():
    assert most_below(20, 0.95) == 18
    assert most_below(21, 0.95) == 19
    assert most_below(10, 1.0) == 9
    assert most_below(1, 0.5) == 0


def test_seeing_all_of_them_proves_it_and_one_too_few_does_not():
    assert log_wealth(np.arange(20) > 0, 20, 0.95)[-1] == np.inf
    assert not log_wealth(np.arange(20) > 1, 20, 0.95).max() > np.log(20)


def test_73_successes_without_a_failure_show_95_percent():
    wealth = log_wealth(np.ones(73, bool), 10**9, 0.95)
    assert wealth[-1] >= np.log(20) > wealth[-2]


def test_nothing_drawn_is_no_evidence():
    assert log_wealth(np.empty(0, bool), 0, 0.9).shape == (0,)
    with pytest.raises(ValueError, match="at most 1 draws"):
        log_wealth(np.ones(2, bool), 1, 0.9)
    with pytest.raises(ValueError, match="share"):
        log_wealth(np.ones(1, bool), 1, 0.0)


@pytest.mark.parametrize("population", [40, 2000])
def test_looking_after_every_draw_errs_no_more_often_than_alpha(population):
    # The nearest thing to true that is false, which is where a test errs most.
    right = np.arange(population) < most_below(population, 0.9)
    rng = np.random.default_rng(1)
    wrong = sum(
        log_wealth(rng.permutation(right)[:300], population, 0.9).max() >= np.log(10) for _ in range(1000)
    )
    assert wrong / 1000 < 0.1 + 3 * np.sqrt(0.1 * 0.9 / 1000)


def test_the_number_still_needed_shrinks_to_nothing():
    assert draws_needed(0.0, 1.0, 0.95, 0.05, 1000) == 73
    assert draws_needed(np.log(20), 1.0, 0.95, 0.05, 1000) == 0
    assert draws_needed(0.0, 0.98, 0.95, 0.05, 1000) > 73
    assert draws_needed(0.0, 0.95, 0.95, 0.05, 1000) is None
