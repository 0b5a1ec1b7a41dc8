import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.embedding.base import encode_with_norms, join, normalise


class Silent:
    """An encoder that reports no norms."""

    def encode_prepared(self, batch):
        return normalise(batch).vectors


def test_three_four_five():
    made = normalise(np.array([[3, 4], [0, 0]], np.float32))
    assert made.vectors.tolist() == [[pytest.approx(0.6), pytest.approx(0.8)], [0, 0]]
    assert made.norms.tolist() == [5, 0]
    assert made.vectors.dtype == made.norms.dtype == np.float32


@given(arrays(np.float32, (4, 3), elements=st.floats(-100, 100, width=32)))
def test_norms_times_vectors_are_the_features(features):
    made = normalise(features)
    np.testing.assert_allclose(made.vectors * made.norms[:, None], features, atol=1e-3)


def test_norms_that_are_not_reported_are_not_numbers():
    made = encode_with_norms(Silent(), np.array([[3, 4]], np.float32))
    assert made.vectors.tolist() == [[pytest.approx(0.6), pytest.approx(0.8)]]
    assert np.isnan(made.norms).all()


def test_parts_and_positions():
    made = join([normalise(np.eye(2, dtype=np.float32) * 2), normalise(np.ones((1, 2), np.float32))], 2)
    assert made.norms.tolist() == pytest.approx([2, 2, 2**0.5])
    assert made.rows([2, 0]).norms.tolist() == pytest.approx([2**0.5, 2])
    assert join([], 7).vectors.shape == (0, 7)
