import numpy as np
import pytest
from PIL import Image

from core.dedup.evidence.alignment import agreement, laid_down
from core.dedup.evidence.phash import TURNS, lay_down
from tests.support.scenes import scene

HERE = np.eye(3)


def grey(image):
    return np.asarray(image.convert("L"))


@pytest.mark.parametrize("turn", TURNS)
def test_a_turned_picture_agrees_where_its_turn_lays_it(turn):
    picture = grey(scene(0, (240, 180)))
    assert agreement(picture, lay_down(picture, turn), laid_down(turn)) > 0.95


def test_strangers_do_not_agree():
    assert agreement(grey(scene(0)), grey(scene(1)), HERE) < 0.2


def test_brightness_and_size_change_nothing():
    picture = scene(0, (240, 180))
    darker = Image.eval(picture.resize((600, 450)), lambda value: value // 2 + 20)
    assert agreement(grey(picture), grey(darker), HERE) > 0.95


def test_only_the_part_that_is_covered_counts():
    picture = scene(0, (240, 180))
    page = scene(9, (480, 360))
    page.paste(picture, (100, 60))
    place = np.array([[0.5, 0, 100 / 480], [0, 0.5, 60 / 360], [0, 0, 1]])
    assert agreement(grey(picture), grey(page), place) > 0.95
    assert agreement(grey(picture), grey(page), HERE) < 0.3


def test_a_shared_wall_is_not_a_shared_picture():
    wall = scene(0, (240, 240))
    other = wall.copy()
    other.paste(scene(5, (150, 150)), (45, 45))
    assert 0.3 < agreement(grey(wall), grey(other), HERE) < 0.75


@pytest.mark.parametrize(
    ("a", "b", "matrix"),
    [
        (np.full((90, 90), 7, np.uint8), np.full((90, 90), 7, np.uint8), HERE),  # nothing in it
        (np.zeros((1, 1), np.uint8), np.zeros((1, 1), np.uint8), HERE),
        (np.zeros((1, 500), np.uint8), np.zeros((500, 1), np.uint8), HERE),
        (np.zeros((90, 90), np.uint8), np.zeros((90, 90), np.uint8), np.full((3, 3), np.nan)),
        (np.zeros((90, 90), np.uint8), np.zeros((90, 90), np.uint8), np.zeros((3, 3))),
    ],
)
def test_where_nothing_can_be_told_nothing_agrees(a, b, matrix):
    assert agreement(a, b, matrix) == 0
