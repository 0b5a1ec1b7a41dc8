import numpy as np
import pytest

from core.projection import out_of_sample


def test_a_new_picture_lies_on_the_island_of_most_not_between_islands():
    there = np.array([[[0, 0], [0.02, 0], [0, 0.02], [1, 1]]], np.float32)
    found = out_of_sample.amidst(there, np.full((1, 4), 0.1, np.float32), reach=0.1)
    assert found[0] == pytest.approx([0.02 / 3, 0.02 / 3])


def test_the_nearest_weighs_most():
    there = np.array([[[0, 0], [0.1, 0]]], np.float32)
    assert out_of_sample.amidst(there, np.array([[0.1, 0.4]], np.float32), reach=1)[0] == pytest.approx(
        [0.02, 0]
    )


def test_one_that_is_there_already_is_placed_beside_it():
    rng = np.random.default_rng(0)
    known = rng.standard_normal((30, 8)).astype(np.float32)
    known /= np.linalg.norm(known, axis=1, keepdims=True)
    xy = rng.uniform(-1, 1, (30, 2)).astype(np.float32)
    found = out_of_sample.place(known, xy, known[[4, 9, 4]])
    assert found == pytest.approx(xy[[4, 9, 4]].clip(-1, 1), abs=0.01)
    assert len(np.unique(np.vstack([found, xy]), axis=0)) == 33


def test_copies_lie_around_the_one_that_stands_for_them():
    xy = np.array([[0, 0], [0.5, 0.5]], np.float32)
    first, owner = np.array([0, 3]), np.array([0, 0, 0, 1, 0])
    everyone = out_of_sample.beside(xy, first, owner)
    assert everyone[[0, 3]].tolist() == xy.tolist()
    away = np.linalg.norm(everyone[[1, 2, 4]], axis=1)
    assert (away > 0.001).all()
    assert (away < 0.02).all()
    assert len(np.unique(everyone, axis=0)) == 5


def test_without_copies_nothing_moves():
    xy = np.array([[0, 0], [0.5, 0.5]], np.float32)
    assert out_of_sample.beside(xy, np.arange(2), np.arange(2)).tolist() == xy.tolist()
