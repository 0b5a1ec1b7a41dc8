"""How many cores this process may use, and how many a piece of work takes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

_most: ContextVar[int] = ContextVar("_most", default=CORES)


def cores() -> int:
    """How many threads to use now, in this thread of the program: all cores, or one within `one_core`."""
    return _most.get()


@contextmanager
def one_core() -> Iterator[None]:
    """Build indexes on one core in the block: a graph depends on the order in which threads add to it.

    So the same vectors give the same graph, and a figure measured on it is the same in every run.
    """
    token = _most.set(1)
    try:
        yield
    finally:
        _most.reset(token)
