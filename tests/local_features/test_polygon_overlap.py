import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.local_features.polygon_overlap import covered


def moved(x, y, zoom=1.0):
    return np.array([[zoom, 0, x], [0, zoom, y], [0, 0, 1.0]])


@pytest.mark.parametrize(
    ("matrix", "what", "over", "share"),
    [
        (moved(0, 0), (40, 30), (40, 30), 1.0),
        (moved(1e-9, -1e-9), (512, 384), (512, 384), 1.0),
        (moved(20, 0), (40, 30), (40, 30), 0.5),
        (moved(20, 15), (40, 30), (40, 30), 0.25),
        (moved(10, 10, 0.5), (20, 20), (40, 40), 100 / 1600),
        (moved(-100, -100, 10), (40, 30), (40, 30), 1.0),
        (moved(40, 0), (40, 30), (40, 30), 0.0),
        (moved(400, 0), (40, 30), (40, 30), 0.0),
        (np.array([[-1.0, 0, 40], [0, 1, 0], [0, 0, 1]]), (40, 30), (40, 30), 1.0),
        (np.array([[0, -1.0, 30], [1, 0, 0], [0, 0, 1]]), (40, 30), (30, 40), 1.0),
        (np.array([[1, 0, 0], [0, 1, 0], [-0.1, 0, 1.0]]), (40, 30), (40, 30), 0.0),
        (np.full((3, 3), np.nan), (40, 30), (40, 30), 0.0),
    ],
)
def test_known_overlaps(matrix, what, over, share):
    assert covered(matrix, what, over) == pytest.approx(share, abs=1e-6)


@given(
    st.floats(-3.2, 3.2), st.floats(0.05, 5), st.floats(-300, 300), st.floats(-300, 300),
)  # fmt: skip
def test_both_sides_agree_on_the_area_that_they_share(angle, zoom, x, y):
    c, s = np.cos(angle) * zoom, np.sin(angle) * zoom
    matrix = np.array([[c, -s, x], [s, c, y], [0, 0, 1]])
    a, b = (120, 80), (100, 100)
    there = covered(matrix, a, b) * b[0] * b[1]
    here = covered(np.linalg.inv(matrix), b, a) * a[0] * a[1]
    assert here * zoom**2 == pytest.approx(there, rel=1e-6, abs=1e-3)
