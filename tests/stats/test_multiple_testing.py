import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from core.stats.multiple_testing import benjamini_hochberg, holm

P = np.array([0.04, 0.01, 0.03, 0.5])


def test_holm_by_hand():
    assert holm(P) == pytest.approx([0.09, 0.04, 0.09, 0.5])


def test_benjamini_hochberg_by_hand():
    assert benjamini_hochberg(P) == pytest.approx([0.16 / 3, 0.04, 0.16 / 3, 0.5])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_benjamini_hochberg_is_that_of_scipy(values):
    assert benjamini_hochberg(np.array(values)) == pytest.approx(
        scipy.stats.false_discovery_control(values), abs=1e-12
    )


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_holm_is_the_stricter_and_neither_lowers_a_p_value(values):
    p = np.array(values)
    assert np.all(p <= benjamini_hochberg(p) + 1e-12)
    assert np.all(benjamini_hochberg(p) <= holm(p) + 1e-12)
    assert np.all(holm(p) <= np.minimum(1, len(p) * p) + 1e-12)


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_none_and_what_is_no_probability(adjust):
    assert adjust(np.array([])).shape == (0,)
    for wrong in (np.array([np.nan]), np.array([1.1]), np.array([[0.5]])):
        with pytest.raises(ValueError, match="p-values"):
            adjust(wrong)
