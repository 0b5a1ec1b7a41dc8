"""Long work in the background, with progress that survives a page reload.

A job is a plain function that is handed a `Monitor`: it tells the monitor how far it is, and asks it
now and then whether to stop. Jobs live in the process, not in a page, so any page can show them.
"""

import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Literal

from .disk_errors import explain
from .errors import LookalikeError
from .workers import stoppable

State = Literal["running", "done", "failed", "cancelled"]

_RATE_WINDOW_S = 10.0


class Cancelled(Exception):  # noqa: N818 - a request that was granted, not an error
    """Raised by `Monitor.check` inside the work when it was asked to stop."""


@dataclass(frozen=True)
class Progress:
    """How far a job is: counts of items, seconds, and items a second over the last ten seconds."""

    done: int
    total: int | None
    note: str
    elapsed_s: float
    rate: float

    @property
    def fraction(self) -> float | None:
        """Share done in ``[0, 1]``, or None while the total is unknown."""
        return min(1.0, self.done / self.total) if self.total else None

    @property
    def eta_s(self) -> float | None:
        """Seconds left at the present rate, or None while that cannot be said."""
        if not self.total or self.rate <= 0:
            return None
        return max(0, self.total - self.done) / self.rate


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


class Monitor:
    """Shared between the work, which reports, and its observers. Thread-safe."""

    def __init__(self, total: int | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._cancel = threading.Event()
        self._clock = clock
        self._started = clock()
        self._done = 0
        self._total = total
        self._note = ""
        self._marks: deque[tuple[float, int]] = deque([(self._started, 0)])

    def expect(self, total: int | None) -> None:
        """Say how many items there are in all."""
        with self._lock:
            self._total = total

    def advance(self, n: int = 1) -> None:
        """Say that `n` more items are finished."""
        with self._lock:
            self._done += n
            now = self._clock()
            self._marks.append((now, self._done))
            while len(self._marks) > 2 and now - self._marks[0][0] > _RATE_WINDOW_S:
                self._marks.popleft()

    def say(self, note: str) -> None:
        """Say in a few words what is being done now."""
        with self._lock:
            self._note = note

    def cancel(self) -> None:
        """Ask the work to stop at its next safe point."""
        self._cancel.set()

    @property
    def cancelled(self) -> bool:
        """Whether the work was asked to stop."""
        return self._cancel.is_set()

    def check(self) -> None:
        """Raise `Cancelled` if the work was asked to stop."""
        if self.cancelled:
            raise Cancelled

    def in_charge(self) -> AbstractContextManager[None]:
        """Let slow steps within the block, such as decoding, raise `Cancelled` once it is asked to stop."""
        return stoppable(lambda: self.cancelled)

    def subtask(
        self, weight: int | None = None, deadline: Deadline | None = None, title: str = ""
    ) -> "Subtask":
        """Begin a part of this work, whose monitor counts from 0.

        Args:
            weight: items of this work that the whole part is worth; they are counted in the measure in which
                the part advances. None where its items are those of this work: they are added to what is done
                so far, and so is what it expects.
            deadline: the part is to stop when the time is up, as if the work had been cancelled.
            title: stands before what the part says; said at once.
        """
        return Subtask(self, weight, deadline, title)

    def snapshot(self) -> Progress:
        """How far the work is now."""
        with self._lock:
            now = self._clock()
            first_at, first_done = self._marks[0]
            span = now - first_at
            rate = (self._done - first_done) / span if span > 0 else 0.0
            return Progress(self._done, self._total, self._note, now - self._started, rate)


class Subtask(Monitor):
    """A part of longer work that counts for itself; `Monitor.subtask` makes it.

    It lets work that expects a monitor of its own report to one that has counted other work already. Asking
    it to stop stops the whole work.
    """

    def __init__(self, whole: Monitor, weight: int | None, deadline: Deadline | None, title: str) -> None:
        super().__init__()
        self._whole = whole
        self._weight = weight
        self._deadline = deadline
        self._title = title
        self._before = whole.snapshot().done
        self._passed_on = 0
        if title:
            whole.say(title)

    def expect(self, total: int | None) -> None:
        """Say how many items this part has."""
        super().expect(total)
        if self._weight is None:
            self._whole.expect(None if total is None else self._before + total)

    def advance(self, n: int = 1) -> None:
        """Say that `n` more items are finished."""
        super().advance(n)
        if self._weight is None:
            self._whole.advance(n)
        else:
            now = self.snapshot()
            self._pass_on(self._weight * min(now.done, now.total) // now.total if now.total else 0)

    def finish(self) -> None:
        """Say that the part is over, whatever it had still expected to do."""
        self._pass_on(self._weight or 0)

    def say(self, note: str) -> None:
        """Say in a few words what is being done now."""
        super().say(note)
        self._whole.say(f"{self._title}: {note[:1].lower()}{note[1:]}" if self._title else note)

    def cancel(self) -> None:
        """Ask the whole work to stop."""
        self._whole.cancel()

    @property
    def cancelled(self) -> bool:
        """Whether the whole work was asked to stop, or the time of this part is up."""
        return self._whole.cancelled or (self._deadline is not None and self._deadline.left_s <= 0)

    def _pass_on(self, reached: int) -> None:
        # A part may learn of more items than it had expected; what was reported is not taken back.
        if reached > self._passed_on:
            self._whole.advance(reached - self._passed_on)
            self._passed_on = reached


@dataclass(eq=False)
class Job:
    """One piece of work, running or finished."""

    key: str
    title: str
    monitor: Monitor
    state: State = "running"
    result: Any = None
    error: str = ""
    elapsed_s: float = 0.0
    thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """Whether the work is still going on."""
        return self.state == "running"

    def cancel(self) -> None:
        """Ask the work to stop at its next safe point."""
        self.monitor.cancel()

    def wait(self, timeout_s: float | None = None) -> None:
        """Block until the work has ended, or until `timeout_s` seconds have passed."""
        if self.thread is not None:
            self.thread.join(timeout_s)


class JobRunner:
    """Runs at most one job a key, each in a thread of its own, and remembers the last of each key."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}

    def start(self, key: str, title: str, work: Callable[[Monitor], Any]) -> Job:
        """Start `work` under `key` and return its job.

        Raises:
            LookalikeError: a job of that key is still running.
        """
        with self._lock:
            before = self._jobs.get(key)
            if before is not None and before.running:
                raise LookalikeError(f"“{before.title}” is still running; wait for it or cancel it first.")
            job = Job(key, title, Monitor())
            job.thread = threading.Thread(
                target=_run, args=(job, work), name=f"lookalike-job-{key}", daemon=True
            )
            self._jobs[key] = job
        job.thread.start()
        return job

    def get(self, key: str) -> Job | None:
        """The running or last job of `key`."""
        with self._lock:
            return self._jobs.get(key)

    def running(self) -> list[Job]:
        """The jobs that are running now, by key."""
        with self._lock:
            return [job for _, job in sorted(self._jobs.items()) if job.running]

    def forget(self, key: str) -> None:
        """Drop a finished job, once its outcome has been seen."""
        with self._lock:
            job = self._jobs.get(key)
            if job is not None and not job.running:
                del self._jobs[key]


def _run(job: Job, work: Callable[[Monitor], Any]) -> None:
    started = time.monotonic()
    state: State = "failed"
    try:
        with job.monitor.in_charge():
            job.result = work(job.monitor)
        state = "cancelled" if job.monitor.cancelled else "done"
    except Cancelled:
        state = "cancelled"
    except (LookalikeError, OSError) as error:
        job.error = str(explain(error, "The file"))
    except Exception as error:  # a fault of ours: say so plainly, and leave the details in the log
        traceback.print_exc()
        job.error = (
            f"Something went wrong inside Lookalike ({type(error).__name__}); the log has the details."
        )
    finally:
        job.elapsed_s = time.monotonic() - started
        job.state = state
