import numpy as np
import pytest

from core.training.data.dataset import ImageCopies
from core.training.fitting.whitening import copy_whitening
from tests.training.support import circle


def test_the_direction_in_which_copies_differ_is_shrunk_by_hand():
    """Copies differ by 0.3 along the second axis only: C = diag(0, 0.09), ε = 0.3 · 0.045."""
    images = np.float32([[1, 0], [0.8, 0.6], [0.6, 0.8]])
    copies = ImageCopies(images + np.float32([0, 0.3]), np.arange(3), ("x",) * 3)
    found = copy_whitening(images, copies, np.arange(3))
    floor = 0.3 * 0.045
    assert found[0, 0] / found[1, 1] == pytest.approx(np.sqrt((0.09 + floor) / floor), rel=1e-5)
    assert found[0, 1] == pytest.approx(0, abs=1e-6)
    assert np.linalg.norm(images @ found, axis=1).mean() == pytest.approx(1, rel=1e-5)


def test_only_the_given_rows_teach_and_equal_copies_teach_nothing():
    images = circle(0, 40, 80)
    moved = ImageCopies(images[::-1].copy(), np.arange(3), ("x",) * 3)
    assert copy_whitening(images, moved, np.array([1])) is None  # the middle one is its own copy
    assert copy_whitening(images, moved, np.arange(3)) is not None
    assert copy_whitening(images, ImageCopies(images[:0], np.arange(0), ()), np.arange(3)) is None
