"""How often a schedule runs, and when it is due next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Every = Literal["hour", "day", "week", "month"]

PERIODS: dict[Every, timedelta] = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30),
}
_TOLERANCE = timedelta(minutes=1)
"""Clocks are corrected by seconds all the time; that is no reason to say anything."""


@dataclass(frozen=True)
class Due:
    """When the next run is due; `note` says what is odd about the clock, or is empty."""

    at: datetime
    note: str = ""


def next_due(last: datetime | None, every: Every, now: datetime) -> Due:
    """When to run after a run that began at `last`, or None before the first; all times with a zone.

    A run that was missed, as on a machine that was off, is made up for once. Where `last` is in the future,
    the clock was set back: waiting for it could take for ever, so the run is due now.
    """
    if last is None:
        return Due(now)
    if last > now + _TOLERANCE:
        return Due(
            now,
            f"The last run is dated {last:%Y-%m-%d %H:%M} UTC, which is still to come: the clock was set "
            "back. Running now, and counting from here.",
        )
    return Due(max(now, last + PERIODS[every]))
