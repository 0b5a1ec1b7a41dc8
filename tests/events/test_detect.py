"""Events of real files: written with EXIF, added, found, stored, named, found anew."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from core.clustering.keeping import runs
from core.collection.workspace import Workspace
from core.errors import ClusteringError
from core.events.detect import NAME, find_events, load_events
from core.events.load import rename_event
from core.jobs import Cancelled, Monitor
from tests.support.photos import BERLIN, LISBON, photo
from tests.support.rows import fill, unit
from tests.support.tiny import TinyEncoder, register

DAYS = [datetime(2025, 3, day, 12) for day in (1, 8, 15, 22, 29)]


def outing(start, seed, place, count=4):
    return [
        (f"{start:%m%d}-{i}.jpg", photo(seed + i, start + timedelta(minutes=5 * i), place))
        for i in range(count)
    ]


def library():
    """Five Saturdays in Berlin, two days in Lisbon, two pictures of an unset clock, one without a date."""
    files = [one for number, day in enumerate(DAYS) for one in outing(day, 10 * number, BERLIN)]
    files += outing(datetime(2025, 4, 10, 9), 100, LISBON) + outing(datetime(2025, 4, 11, 15), 110, LISBON)
    files += [(f"unset-{i}.jpg", photo(200 + i, datetime(2000, 1, 1, 0, i))) for i in range(2)]
    return [*files, ("undated.jpg", photo(300))]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A collection with events. Not to be changed."""
    register(TinyEncoder())
    shop = Workspace(tmp_path_factory.mktemp("events")).create("shop", encoder="tiny")
    shop.add_files(library())
    return shop, find_events(shop)


def test_what_belongs_together(whole):
    shop, found = whole
    assert [len(event.ids) for event in found.events] == [4, 4, 4, 4, 4, 8]
    journey = found.events[-1]
    assert journey.title == journey.proposed
    assert journey.title.split(":")[0] == "10–11 April 2025, Lisbon"
    assert (journey.start, journey.end) == (datetime(2025, 4, 10, 9), datetime(2025, 4, 11, 15, 15))
    assert journey.cover in journey.ids
    assert (journey.latitude, journey.longitude) == pytest.approx(LISBON, abs=0.001)
    assert journey.placed == 8
    assert journey.cluster == 0  # the largest
    assert found.events[0].title.split(":")[0] == "Sat 1 March 2025, Berlin"
    taken = [picture.taken_at for picture in shop.get_many(journey.ids.tolist())]
    assert taken == sorted(taken)


def test_what_is_in_no_event(whole):
    shop, found = whole
    assert [shop.get(int(i)).name for i in found.undated] == ["undated.jpg"]
    assert [shop.get(int(i)).name for i in found.set_aside] == ["unset-0.jpg", "unset-1.jpg"]
    assert [remark.split(":")[0] for remark in found.remarks] == [
        "1 picture without a date in its EXIF is in no event.",
        "2 pictures are put aside",
    ]
    assert "where they were taken (100% of them say so)" in found.clustering.measured.reason


def test_stored_and_read_again(whole):
    shop, found = whole
    again = load_events(shop)
    assert again is not None
    assert again.clustering.id == found.clustering.id
    assert [run.name for run in runs(shop)] == [NAME]
    for one, other in zip(found.events, again.events, strict=True):
        assert (one.title, one.cover, one.place, one.ids.tolist()) == (
            other.title,
            other.cover,
            other.place,
            other.ids.tolist(),
        )


def test_the_cover_is_the_most_typical(shop):
    vectors = np.eye(48, dtype=np.float32)[[0, 0, 0, 1, 5, 5]]
    vectors[2] = (vectors[2] + vectors[3]) / np.sqrt(2)
    dated(
        shop,
        vectors,
        [datetime(2025, 1, 5, 10, i) for i in range(4)] + [datetime(2025, 2, 5, 10, i) for i in range(2)],
    )
    found = find_events(shop)
    assert [event.cover for event in found.events] == [3, 5]


def dated(shop, vectors, times):
    """Rows without pictures, taken at these times."""
    ids = fill(shop, vectors)
    with shop._catalogue.transaction() as tx:
        tx.executemany(
            "UPDATE picture SET taken_at = ? WHERE id = ?",
            [(time.isoformat() if time else None, i) for i, time in zip(ids, times, strict=True)],
        )
    return ids


def hours(*hours):
    return [datetime(2025, 5, 5) + timedelta(hours=h) for h in hours]


def test_a_fixed_gap(shop):
    dated(shop, unit(4), hours(0, 5, 7, 20))
    assert [len(e.ids) for e in find_events(shop, gap=3).events] == [1, 2, 1]
    assert [len(e.ids) for e in find_events(shop, gap=48).events] == [4]


@pytest.mark.parametrize("gap", [0, -1, float("nan"), float("inf"), 1e9])
def test_a_gap_that_is_none(shop, gap):
    dated(shop, unit(2), hours(0, 5))
    with pytest.raises(ClusteringError, match="makes no events"):
        find_events(shop, gap=gap)


def test_titles_of_people_go_with_their_pictures(shop):
    ids = dated(shop, unit(6), hours(0, 0.1, 0.2, 100, 100.1, 200))
    found = find_events(shop, gap=3)
    named = {event.start: event for event in found.events}
    rename_event(shop, found, named[hours(100)[0]].cluster, "  Anna's\nbirthday ")
    rename_event(shop, found, named[hours(200)[0]].cluster, "The cat")
    shop.remove([ids[5]])
    dated(shop, unit(9, seed=1), hours(*np.linspace(102.5, 102.9, 8), 300))
    again = find_events(shop, gap=3)
    assert [event.title.split(":")[0] for event in again.events] == [
        "Mon 5 May 2025",
        "Anna's birthday",
        "Sat 17 May 2025",
    ]
    assert len(runs(shop)) == 1
    assert again.events[1].cluster == 0


def test_a_title_taken_back_and_one_too_long(shop):
    dated(shop, unit(2), hours(0, 50))
    found = find_events(shop)
    rename_event(shop, found, 0, "First")
    rename_event(shop, found, 0, " ")
    again = load_events(shop)
    assert again is not None
    assert {event.title for event in again.events} == {event.proposed for event in again.events}
    with pytest.raises(ClusteringError, match="80 are the most"):
        rename_event(shop, found, 0, "x" * 81)
    with pytest.raises(ClusteringError, match="no event 8"):
        rename_event(shop, found, 7, "x")


def test_what_came_or_went_since(shop):
    ids = dated(shop, unit(4), hours(0, 0.1, 50, 50.1))
    find_events(shop)
    shop.remove(ids[:2])
    dated(shop, unit(1, seed=3), hours(60))
    found = load_events(shop)
    assert found is not None
    assert [event.ids.tolist() for event in found.events] == [ids[2:]]
    assert found.newcomers.tolist() == [5]
    assert "1 picture came after" in " ".join(found.remarks)


def test_nobody_has_looked(shop):
    assert load_events(shop) is None
    with pytest.raises(ClusteringError, match="holds no pictures"):
        find_events(shop)
    dated(shop, unit(2), [None, None])
    with pytest.raises(ClusteringError, match="None of the 2 pictures"):
        find_events(shop)
    assert load_events(shop) is None


def test_cancelled_the_old_events_stay(shop):
    dated(shop, unit(3), hours(0, 50, 51))
    before = find_events(shop).clustering.id
    monitor = Monitor()
    monitor.cancel()
    with pytest.raises(Cancelled):
        find_events(shop, monitor=monitor)
    assert [run.id for run in runs(shop)] == [before]


def test_an_original_that_is_gone_is_said(shop):
    dated(shop, unit(2), hours(0, 50))
    assert "2 pictures could not be asked where they were taken" in " ".join(find_events(shop).remarks)
