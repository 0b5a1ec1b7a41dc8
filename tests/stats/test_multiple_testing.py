import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.stats.multiple_testing import holm

P = np.array([0.04, 0.01, 0.03, 0.5])


def test_holm_by_hand():
    assert holm(P) == pytest.approx([0.09, 0.04, 0.09, 0.5])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_holm_lowers_no_p_value_and_is_never_stricter_than_bonferroni(values):
    p = np.array(values)
    assert np.all(p <= holm(p) + 1e-12)
    assert np.all(holm(p) <= np.minimum(1, len(p) * p) + 1e-12)


def test_no_p_value_and_what_is_not_a_probability():
    assert holm(np.array([])).shape == (0,)
    for wrong in (np.array([np.nan]), np.array([1.1]), np.array([[0.5]])):
        with pytest.raises(ValueError, match="p-values"):
            holm(wrong)
