import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.events.segmentation import DAY, HOUR, Rule, Sight, boundaries, by_gap

BERLIN, LISBON = (52.52, 13.4), (38.72, -9.14)


def seconds(*hours):
    return (np.array(hours) * HOUR).astype(np.int64)


def ends(found):
    return np.flatnonzero(found).tolist()


def test_by_a_fixed_gap():
    assert ends(by_gap(seconds(0, 1, 8, 9), 6 * HOUR)) == [1]


def test_fewer_than_two_pictures():
    assert len(boundaries(seconds())) == len(boundaries(seconds(5))) == 0


def test_time_alone():
    assert ends(boundaries(seconds(0, 0.1, 2, 3, 12, 12.1, 100))) == [3, 5]


def afternoon(days, at=BERLIN):
    """Three pictures an hour apart on each of some days."""
    times = np.concatenate([seconds(24 * day + 12, 24 * day + 13, 24 * day + 14) for day in days])
    return times, [at] * len(times)


def test_a_journey_is_one_event():
    times, places = afternoon(range(0, 60, 10))
    away, there = afternoon(range(60, 63), LISBON)
    back, here = afternoon([63])
    times, places = np.concatenate([times, away, back]), np.array([*places, *there, *here])
    found = ends(boundaries(times, None, places))
    assert found == [2, 5, 8, 11, 14, 17, 26]
    # Where nobody is known to be at home, a day is an event.
    assert ends(boundaries(away, None, np.array(there))) == ends(boundaries(away)) == [2, 5]


def scenes():
    """Gaps of 66 minutes with the same on both sides, and one in the middle behind which all differs."""
    rng = np.random.default_rng(0)
    base = np.eye(8)[[0] * 26 + [1] * 26]
    vectors = base + rng.normal(0, 0.05, base.shape)
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return seconds(*np.arange(52) * 1.1), Sight(vectors, np.arange(52))


def test_a_change_of_scene_ends_an_event_sooner():
    times, sight = scenes()
    assert ends(boundaries(times)) == []
    assert 25 in ends(boundaries(times, sight))
    assert len(ends(boundaries(times, sight))) < 5


def test_rows_say_which_vector_is_whose():
    times, sight = scenes()
    back = Sight(sight.vectors[::-1], np.arange(52)[::-1])
    assert (boundaries(times, back) == boundaries(times, sight)).all()


def test_pictures_that_all_look_the_same_change_nothing():
    times, _ = scenes()
    same = Sight(np.eye(8, dtype=np.float32)[np.zeros(52, int)], np.arange(52))
    assert (boundaries(times, same) == boundaries(times)).all()


@given(
    st.lists(st.integers(0, 40 * DAY), min_size=2, max_size=60),
    st.integers(0, 2**31),
    st.booleans(),
)
@settings(max_examples=80, deadline=None)
def test_what_always_and_never_ends_an_event(times, seed, placed):
    times = np.sort(np.array(times, np.int64))
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(len(times), 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    places = np.column_stack([rng.uniform(-90, 90, len(times)), rng.uniform(-180, 180, len(times))])
    places[rng.random(len(times)) < 0.3] = np.nan
    rule = Rule()
    found = boundaries(times, Sight(vectors, np.arange(len(times))), places if placed else None)
    gaps = np.diff(times)
    assert not found[gaps < rule.never].any()
    assert found[gaps > rule.night].all()


def test_the_rule_is_at_one_with_itself():
    rule = Rule()
    assert rule.never < rule.gap_placed <= rule.gap < rule.always <= rule.night
