"""Slots that limit how many searches do heavy work at once; the others wait in order of arrival."""

import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from ..foreground import foreground


class Slots:
    """A fixed number of slots, first come, first served. Thread-safe."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._lock = threading.Lock()
        self._free = count
        self._queue: deque[threading.Event] = deque()

    @property
    def waiting(self) -> int:
        """Number of waiting searches."""
        with self._lock:
            return len(self._queue)

    @contextmanager
    def take(self) -> Iterator["Held"]:
        """Wait for a slot and hold it."""
        self._wait()
        held = Held(self)
        try:
            yield held
        finally:
            held.give_back()

    def _wait(self) -> None:
        turn = threading.Event()
        with self._lock:
            if self._free and not self._queue:
                self._free -= 1
                return
            self._queue.append(turn)
        try:
            turn.wait()
        except BaseException:  # Ctrl+C: an abandoned wait must not leave a gap in the queue
            with self._lock:
                given = turn.is_set()
                if not given:
                    self._queue.remove(turn)
            if given:
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        with self._lock:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._free += 1


class Held:
    """A slot held by one piece of work."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._given_back = False

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Release the slot while this work does not need it; then wait for one again."""
        self.give_back()
        yield
        self._slots._wait()
        self._given_back = False

    def give_back(self) -> None:
        """Release the slot, unless that was done before."""
        if not self._given_back:
            self._given_back = True
            self._slots._pass_on()


SEARCHES = Slots((os.cpu_count() or 1) + 2)
"""Searches that run at the same time: two more than there are cores, as some wait for the disk. Twenty at
once switch the interpreter lock so often that each takes longer than if it had waited its turn.
"""


@contextmanager
def one_search() -> Iterator[Held]:
    """Run an interactive search in turn, with priority over background jobs. Not reentrant."""
    with foreground.waiting(), SEARCHES.take() as held:
        yield held
