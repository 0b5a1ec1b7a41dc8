import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reranking.query_expansion import expand
from tests.reranking.test_k_reciprocal import at


def test_the_plain_average_of_two_lies_half_way():
    assert expand(at([0])[0], at([60]), alpha=0) == pytest.approx(at([30])[0], abs=1e-6)


def test_weights_are_powers_of_the_cosine():
    # cos 60° = 1/2, to the power 3 = 1/8.
    expected = at([0])[0] + at([60])[0] / 8
    expected /= np.linalg.norm(expected)
    assert expand(at([0])[0], at([60]), alpha=3) == pytest.approx(expected, abs=1e-6)


def test_opposite_pictures_and_those_beyond_n_do_not_count():
    assert expand(at([0])[0], at([180])) == pytest.approx(at([0])[0])
    assert expand(at([0])[0], at([60, 80]), n=1) == pytest.approx(expand(at([0])[0], at([60])))
    assert expand(at([0])[0], at([60]), n=0) == pytest.approx(at([0])[0])


@given(st.floats(0, 359), st.lists(st.floats(0, 359), max_size=12), st.integers(0, 15), st.floats(0, 8))
def test_the_result_is_a_unit_vector(angle, others, n, alpha):
    query = at([angle])[0]
    candidates = at(others) if others else np.empty((0, 2), np.float32)
    moved = expand(query, candidates, n, alpha)
    assert moved.dtype == np.float32
    assert np.linalg.norm(moved) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(("n", "alpha"), [(-1, 1.0), (1, -0.1)])
def test_absurd_settings_are_refused(n, alpha):
    with pytest.raises(ValueError, match="expected"):
        expand(at([0])[0], at([1]), n, alpha)
