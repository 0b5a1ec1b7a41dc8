import numpy as np
import pytest

from core.training.fitting.collapse import collapsed, embedding_spread
from tests.training.support import circle


def test_spread_by_hand():
    # Cosines of 0, 60 and 120 degrees: 0.5, 0.5 and −0.5.
    assert embedding_spread(circle(0, 60, 120)) == pytest.approx(1 - 0.5 / 3, abs=1e-6)
    assert embedding_spread(circle(7, 7, 7)) == pytest.approx(0, abs=1e-6)
    assert embedding_spread(circle(1)) == 1.0
    assert np.isnan(embedding_spread(np.full((3, 2), np.nan, np.float32)))


def test_a_tenth_of_the_spread_is_a_collapse():
    assert collapsed(0.04, 0.5) and not collapsed(0.06, 0.5)
