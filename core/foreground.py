"""Someone waits for an answer: what else this process does meanwhile takes less of the machine.

    with foreground.waiting():        # around what a user waits for
        ...
    foreground.give_way()             # between two pictures of a long job

While a user waits, BLAS keeps to the thread that calls it. OpenBLAS runs one product at a time for the whole
process and lets its threads spin in between, so that twenty searches with products of a few milliseconds each
took three times as much of the processor as they needed, and queued for it.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

GIVE_WAY_S = 0.03
"""The longest that one step of a job gives way; about three times what adding a picture takes, so that a job
beside searches that never pause still has a quarter of its speed."""


class Foreground:
    """Counts the users who wait in this process. Thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting = 0
        self._libraries: list[tuple[Any, int]] | None = None

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """A user waits until this block ends; blocks may overlap and nest."""
        with self._changed:
            self._waiting += 1
            if self._waiting == 1:
                for library, _ in self._blas():
                    library.set_num_threads(1)
        try:
            yield
        finally:
            with self._changed:
                self._waiting -= 1
                if self._waiting == 0:
                    for library, threads in self._blas():
                        library.set_num_threads(threads)
                    self._changed.notify_all()

    def give_way(self, at_most_s: float = GIVE_WAY_S) -> None:
        """Return when no user waits, or after `at_most_s` seconds: a job must get on, however many wait."""
        end = time.monotonic() + at_most_s
        with self._changed:
            while self._waiting and (left := end - time.monotonic()) > 0:
                self._changed.wait(left)

    def _blas(self) -> list[tuple[Any, int]]:
        """The BLAS libraries with threads of their own, and how many each had to begin with."""
        if self._libraries is None:
            from threadpoolctl import ThreadpoolController

            # FAISS brings a BLAS that runs on OpenMP, whose threads are set where FAISS is called.
            self._libraries = [
                (library, library.num_threads)
                for library in ThreadpoolController().lib_controllers
                if library.user_api == "blas" and getattr(library, "threading_layer", "") != "openmp"
            ]
        return self._libraries


foreground = Foreground()
"""The one of this process."""
