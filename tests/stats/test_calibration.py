import numpy as np
import pytest

from core.stats.calibration import brier_score, calibration_error, reliability

SAID = np.array([0.0, 0.05, 0.5, 0.55, 0.95, 1.0])
TRUE = np.array([False, False, True, False, True, True])


def test_brier_is_the_mean_squared_distance():
    assert brier_score(SAID, TRUE) == pytest.approx((0.05**2 + 0.5**2 + 0.55**2 + 0.05**2) / 6)


def test_bars_say_what_was_said_and_what_came():
    bars = reliability(SAID, TRUE, 10)
    assert [(b.low, b.high, b.count, b.observed) for b in bars] == [
        (0.0, 0.1, 2, 0.0),
        (0.5, 0.6, 2, 0.5),
        (0.9, 1.0, 2, 1.0),
    ]
    assert [b.predicted for b in bars] == pytest.approx([0.025, 0.525, 0.975])
    assert all(b.observed in b.interval for b in bars)
    assert calibration_error(bars) == pytest.approx((0.025 + 0.025 + 0.025) / 3)


def test_nothing_said_has_no_error():
    assert calibration_error([]) == 0


@pytest.mark.parametrize(
    ("said", "true"),
    [
        (np.array([1.1]), np.array([True])),
        (np.array([np.nan]), np.array([True])),
        (np.array([]), np.array([], bool)),
        (np.array([0.5]), np.array([1])),
        (np.array([0.5, 0.5]), np.array([True])),
    ],
)
def test_what_is_no_probability_is_refused(said, true):
    with pytest.raises(ValueError, match="expected"):
        brier_score(said, true)
    with pytest.raises(ValueError, match="expected"):
        reliability(said, true)


def test_at_least_one_bar():
    with pytest.raises(ValueError, match="bars"):
        reliability(SAID, TRUE, 0)
