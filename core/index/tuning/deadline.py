"""A time budget that also interrupts a build."""

import time
from collections.abc import Callable

from ...jobs import Cancelled, Monitor


class Deadline:
    """A deadline a number of seconds from now."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun = clock()
        self._seconds = seconds

    @property
    def spent_s(self) -> float:
        """Seconds since it began."""
        return self._clock() - self._begun

    @property
    def left_s(self) -> float:
        """Seconds that are left, negative afterwards."""
        return self._seconds - self.spent_s


class Step(Monitor):
    """The monitor of one step of a longer job, which may take until the deadline.

    It stops when the job is cancelled or the time is up; the step advances the job's progress by `share` in
    all.
    """

    def __init__(self, whole: Monitor, share: int, deadline: Deadline | None) -> None:
        super().__init__()
        self._whole = whole
        self._share = share
        self._deadline = deadline
        self._told = 0

    @property
    def cancelled(self) -> bool:
        """Whether the job was cancelled, or the time is up."""
        return self._whole.cancelled or (self._deadline is not None and self._deadline.left_s <= 0)

    def check(self) -> None:
        """Raise `Cancelled` if the step is to stop."""
        if self.cancelled:
            raise Cancelled

    def advance(self, n: int = 1) -> None:
        """Count `n` more finished items of this step."""
        super().advance(n)
        self._tell(self.snapshot().fraction or 0.0)

    def finish(self) -> None:
        """Mark the step as finished, whatever remained to be done."""
        self._tell(1.0)

    def _tell(self, fraction: float) -> None:
        due = int(self._share * fraction) - self._told
        if due > 0:
            self._told += due
            self._whole.advance(due)
