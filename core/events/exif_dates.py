"""Unusable capture dates: those of a clock that was not set, and those that are all the same."""

import numpy as np
from numpy.typing import NDArray

from ..errors import ClusteringError

Times = NDArray[np.datetime64]

_FIRST = np.datetime64("1990-01-01", "s")
"""Before this no camera wrote dates to files."""
_DEFAULT_DAYS = np.array(["1990-01-01", "1999-12-31", "2000-01-01", "2001-01-01"], "datetime64[D]")
"""What clocks begin with, and the day before, which a time zone makes of it."""


def unset(times: Times) -> NDArray[np.bool_]:
    """Whether each time is more likely that of an unset clock than a real capture time.

    Those are times before 1990, on the days that clocks begin with, and midnight sharp of any New Year.

    Args:
        times: ``datetime64[s]``, ``(N,)``.
    """
    days = times.astype("datetime64[D]")
    new_year = days == days.astype("datetime64[Y]").astype("datetime64[D]")
    midnight = times == days
    return np.asarray((times < _FIRST) | np.isin(days, _DEFAULT_DAYS) | (new_year & midnight), bool)


def refuse_dates(name: str, pictures: int, times: Times, odd: NDArray[np.bool_]) -> None:
    """Say plainly where dates cannot tell events apart.

    Args:
        name: of the collection.
        pictures: how many it holds.
        times: of those that have one, ascending.
        odd: which of these `unset` does not believe.

    Raises:
        ClusteringError: fewer than two different times are left.
    """
    if not len(times):
        said = (
            f"The only picture of “{name}” does not say when it was taken"
            if pictures == 1
            else f"None of the {pictures:,} pictures of “{name}” says when it was taken"
        )
        raise ClusteringError(
            f"{said}: there is no date in its EXIF. Events need the original files of a camera; pictures "
            "from chats and the web have lost their dates."
        )
    believed = times[~odd]
    if not len(believed):
        raise ClusteringError(
            f"All {len(times):,} dates of “{name}” are those of a camera whose clock was not set "
            f"(from {times[0]} to {times[-1]}); they say nothing about events.".replace("T", " ")
        )
    if len(believed) == 1:
        raise ClusteringError(
            f"Only one picture of “{name}” says when it was taken, of {pictures:,}; "
            "events need at least two dates."
        )
    if believed[0] == believed[-1]:
        at = str(believed[0]).replace("T", " ")
        raise ClusteringError(
            f"All {len(believed):,} dated pictures of “{name}” carry the same second, {at}: that is "
            "when they were copied or exported, and says nothing about events."
        )
