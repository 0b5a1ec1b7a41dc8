"""Heavy work that only so many searches do at once; the others wait in the order in which they came."""

import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from ..foreground import foreground


class Slots:
    """So many slots, given out first come, first served. Thread-safe."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._lock = threading.Lock()
        self._free = count
        self._queue: deque[threading.Event] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for a slot now."""
        with self._lock:
            return len(self._queue)

    @contextmanager
    def take(self) -> Iterator["Held"]:
        """Hold a slot, when there is one."""
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
        except BaseException:  # Ctrl+C: whoever stops waiting must not leave a gap
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
    """A slot that one piece of work holds."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._given_back = False

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Let others have the slot while this work does something that needs none; then wait for one."""
        self.give_back()
        yield
        self._slots._wait()
        self._given_back = False

    def give_back(self) -> None:
        """Let the next have the slot, if it was not given back before."""
        if not self._given_back:
            self._given_back = True
            self._slots._pass_on()


SEARCHES = Slots((os.cpu_count() or 1) + 2)
"""Searches that run at the same time: two more than there are cores, as some wait for the disk. Twenty at
once pass the lock of the interpreter on so often that each takes longer than if it had waited for its turn.
"""


@contextmanager
def one_search() -> Iterator[Held]:
    """Run a search that a user waits for: when it is its turn, and with jobs giving way. Not to be nested."""
    with foreground.waiting(), SEARCHES.take() as held:
        yield held
