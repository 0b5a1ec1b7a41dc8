"""Many may search an index at once; nobody may while it is changed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """A lock that any number of readers share, or one writer has alone. A waiting writer goes first."""

    def __init__(self) -> None:
        self._state = threading.Condition()
        self._readers = 0
        self._waiting = 0
        self._writing = False

    @contextmanager
    def read(self) -> Iterator[None]:
        """Hold it together with other readers."""
        with self._state:
            self._state.wait_for(lambda: not self._writing and not self._waiting)
            self._readers += 1
        try:
            yield
        finally:
            with self._state:
                self._readers -= 1
                self._state.notify_all()

    @contextmanager
    def write(self) -> Iterator[None]:
        """Hold it alone."""
        with self._state:
            self._waiting += 1
            self._state.wait_for(lambda: not self._writing and not self._readers)
            self._waiting -= 1
            self._writing = True
        try:
            yield
        finally:
            with self._state:
                self._writing = False
                self._state.notify_all()
