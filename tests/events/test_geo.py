import numpy as np
import pytest

from core.events.geo import carried, home, kilometres, middle

NOWHERE = (np.nan, np.nan)


def test_distances():
    a = np.array([(0.0, 0.0), (52.52, 13.405), (0.0, 179.9), NOWHERE])
    b = np.array([(1.0, 0.0), (38.72, -9.14), (0.0, -179.9), (0.0, 0.0)])
    found = kilometres(a, b)
    assert found[:3] == pytest.approx([111.19, 2314, 22.24], rel=0.01)
    assert np.isnan(found[3])


def test_the_middle_is_one_of_the_places_even_across_the_date_line():
    places = np.array([(0.0, 179.8), (0.0, -179.9), (0.0, -179.8), NOWHERE])
    assert middle(places) == (0.0, -179.9)
    with pytest.raises(ValueError, match="known"):
        middle(np.array([NOWHERE]))


def test_places_are_carried_to_neighbours_in_time():
    times = np.array([0, 10, 20, 1000])
    places = np.array([NOWHERE, (1.0, 1.0), NOWHERE, NOWHERE])
    before, after = carried(times, places, reach=100)
    assert np.isnan(before[:, 0]).tolist() == [True, False, False, True]
    assert np.isnan(after[:, 0]).tolist() == [False, False, True, True]


def test_home_is_where_most_days_are():
    days = np.array([1, 1, 1, 1, 2, 3, 4])
    places = np.array([(38.7, -9.1)] * 4 + [(52.5, 13.4), (52.51, 13.41), (52.49, 13.39)])
    assert home(days, places, least=3) == pytest.approx((52.5, 13.4), abs=0.02)
    assert home(days, places, least=4) is None
    assert home(days, np.full((7, 2), np.nan), least=1) is None
