import numpy as np
import pytest

from core.events.places import FAR, name_places, nearest_cities


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ((38.72, -9.14), "Lisbon"),
        ((52.45, 13.29), "Berlin"),
        ((52.39, 13.06), "Potsdam"),
        ((47.42, 10.98), "near Garmisch-Partenkirchen"),
        ((0.0, -30.0), None),
        ((90.0, 0.0), None),
    ],
)
def test_what_a_place_is_called(place, said):
    assert nearest_cities(np.array([place]))[0].said == said


def test_between_near_and_far_the_distance_is_said():
    for latitude in np.arange(20, 30, 0.5):
        (city,) = nearest_cities(np.array([(latitude, 5.0)]))
        if 50 < city.km <= FAR:
            assert city.said == f"{city.km:.0f} km from {city.name}"
            return
    pytest.fail("the Sahara has grown cities")


def test_one_city_speaks_for_all_or_two_share():
    lisbon, berlin, nowhere = (38.72, -9.14), (52.52, 13.4), (np.nan, np.nan)
    assert name_places(np.array([lisbon] * 4 + [berlin] + [nowhere] * 9)) == "Lisbon"
    assert name_places(np.array([lisbon, berlin, lisbon, berlin])) == "Lisbon and Berlin"
    assert name_places(np.array([nowhere])) is None
    assert name_places(np.array([(0.0, -30.0)])) is None
