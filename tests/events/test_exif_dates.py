import numpy as np
import pytest

from core.errors import ClusteringError
from core.events.exif_dates import refuse_dates, unset


def times(*texts):
    return np.array(texts, "datetime64[s]")


def test_clocks_that_nobody_had_set():
    odd = ["1970-01-01T00:00:07", "1980-01-01T12:00:00", "1989-12-31T23:59:59", "2000-01-01T00:03:00",
           "2001-01-01T09:00:00", "2011-01-01T00:00:00"]  # fmt: skip
    fine = ["1990-01-02T00:00:00", "2000-01-02T00:00:00", "2011-01-01T00:00:01", "2025-06-14T10:00:00"]
    assert unset(times(*odd)).all()
    assert not unset(times(*fine)).any()


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ((), "None of the 7 pictures of “shop” says when it was taken"),
        (
            ("2000-01-01T00:00:01", "1970-01-01T00:00:00"),
            "All 2 dates of “shop” are those of a camera whose clock",
        ),
        (("2000-01-01T00:00:01", "2020-05-05T00:00:00"), "Only one picture of “shop” says when"),
        (("2020-05-05T10:11:12", "2020-05-05T10:11:12"), "carry the same second, 2020-05-05 10:11:12"),
    ],
)
def test_dates_that_tell_nothing_apart(found, said):
    given = times(*found)
    with pytest.raises(ClusteringError, match=said):
        refuse_dates("shop", 7, given, unset(given))


def test_two_seconds_are_enough():
    given = times("2020-05-05T10:11:12", "2020-05-05T10:11:13")
    refuse_dates("shop", 2, given, unset(given))
