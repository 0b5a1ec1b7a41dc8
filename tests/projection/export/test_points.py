import numpy as np
import pytest

from core.errors import ClusteringError
from core.projection.export.points import Categories, MapPoints, Scale, counts, medians, placed, shades

TWO = Categories(("mugs", "dresses"), ("#112233", "#445566"))
RAMP = Scale("score", "near", "far", ("#000000", "#FFFFFF"))


def points(xy, colour, scheme=TWO):
    xy = np.array(xy, np.float32)
    return MapPoints(np.arange(1, len(xy) + 1), xy, np.array(colour), scheme)


def test_places_keep_their_shape_and_lie_in_the_middle():
    at = placed(points([[0, 0], [10, 5]], [0, 1]))
    assert at.tolist() == [[0.0, 0.25], [1.0, 0.75]]


def test_one_picture_and_equal_places_lie_in_the_middle():
    assert placed(points([[7, -3]], [0])).tolist() == [[0.5, 0.5]]
    assert placed(points([[2, 2], [2, 2]], [0, 0])).tolist() == [[0.5, 0.5]] * 2


@pytest.mark.parametrize(
    ("xy", "said"),
    [(np.zeros((0, 2)), "no pictures"), ([[0, np.nan]], "no numbers"), ([[np.inf, 0]], "no numbers")],
)
def test_what_cannot_be_drawn_is_said(xy, said):
    with pytest.raises(ClusteringError, match=said):
        placed(points(xy, [0] * len(xy)))


def test_places_and_colours_must_be_as_many():
    with pytest.raises(ClusteringError, match="one place and one colour"):
        placed(points([[0, 0], [1, 1]], [0]))


def test_a_category_is_its_number_and_none_is_0():
    steps, colours = shades(points([[0, 0]] * 3, [1, -1, 0]))
    assert steps.tolist() == [2, 0, 1]
    assert colours == ("#112233", "#445566")


def test_a_category_without_a_name_is_refused():
    with pytest.raises(ClusteringError, match="needs a name"):
        shades(points([[0, 0]], [2]))


def test_a_scale_runs_from_its_first_colour_to_its_last():
    steps, colours = shades(points([[0, 0]] * 5, [0.0, 1.0, np.nan, 7.0, 0.5], RAMP))
    assert steps.tolist() == [1, 255, 0, 255, 128]
    assert (colours[0], colours[127], colours[-1]) == ("#000000", "#808080", "#FFFFFF")


def test_names_stand_at_medians_the_largest_first():
    at = np.array([[0, 0], [1, 1], [0.2, 0.4], [0.9, 0.1], [0.3, 0.5]])
    assert medians(points(at, [0, 1, 1, -1, 1]), at) == ((1, 0.3, 0.5), (0, 0.0, 0.0))
    assert medians(points(at, [0.0] * 5, RAMP), at) == ()


def test_counts_begin_with_none():
    assert counts(points([[0, 0]] * 4, [1, 1, -1, 0])) == (1, 1, 2)
    assert counts(points([[0, 0]] * 3, [np.nan, 0.1, 0.2], RAMP)) == (1, 2)
