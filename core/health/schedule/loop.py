"""A loop that runs a schedule where the system has no scheduler of its own."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from .every import PERIODS, Every, next_due

_NAP_S = 30.0
"""A clock that was set is noticed after so many seconds at most."""


def _now() -> datetime:
    return datetime.now(UTC)


def run_loop(
    work: Callable[[], None],
    every: Every,
    last: datetime | None = None,
    *,
    rounds: int | None = None,
    say: Callable[[str], None] = print,
    clock: Callable[[], datetime] = _now,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Call `work` when it is due, for ever or `rounds` times.

    Args:
        work: one run; it reports its own errors.
        every: how often.
        last: when the last run began, also by another process; None before the first.
        rounds: how many runs; None for no end.
        say: takes a sentence for the user.
        clock: the time, with a zone.
        sleep: waits for so many seconds.
    """
    done = 0
    while rounds is None or done < rounds:
        due = next_due(last, every, clock())
        if due.note:
            say(due.note)
        elif due.at > clock():
            say(f"The next run is due at {due.at:%Y-%m-%d %H:%M} UTC.")
        _wait(due.at, every, say, clock, sleep)
        last = clock()
        work()
        done += 1


def _wait(
    at: datetime,
    every: Every,
    say: Callable[[str], None],
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
) -> None:
    while (left := at - clock()) > timedelta(0):
        if left > PERIODS[every] + timedelta(minutes=1):
            say("The clock was set back while waiting; running now, and counting from here.")
            return
        sleep(min(_NAP_S, left.total_seconds()))
