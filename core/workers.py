"""Threads that work for a job, and what tells them in the middle of a slow step that it was asked to stop.

    with stoppable(lambda: monitor.cancelled):       # around the job
        with Workers(2, "lookalike-embed") as pool:  # its threads know of it
            pool.map(...)
    stop = stop_signal()                             # in a slow step, however deep below

A step that can take seconds, such as decoding one file, lies many calls below the job whose monitor is asked
to stop; it finds out by the context that it runs in.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from threading import Event
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")


def _never() -> bool:
    return False


_stop: ContextVar[Callable[[], bool]] = ContextVar("_stop", default=_never)


def stop_signal() -> Callable[[], bool]:
    """A function that says whether the work of this thread was asked to stop; any thread may call it."""
    return _stop.get()


@contextmanager
def stoppable(stop: Callable[[], bool]) -> Iterator[None]:
    """Let slow steps within the block ask `stop` too whether to give up."""
    outer = _stop.get()
    token = _stop.set(stop if outer is _never else lambda: stop() or outer())
    try:
        yield
    finally:
        _stop.reset(token)


class Workers(ThreadPoolExecutor):
    """Threads that stop when the work that started them does: asked to, or with an error, such as Ctrl+C."""

    def __init__(self, count: int, name: str) -> None:
        super().__init__(count, thread_name_prefix=name)
        self._given_up = Event()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run a function on one of the threads; see `ThreadPoolExecutor.submit`."""

        def run() -> T:
            with stoppable(self._given_up.is_set):
                return fn(*args, **kwargs)

        return super().submit(copy_context().run, run)

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> None:
        if kind is not None:
            self._given_up.set()
        self.shutdown(wait=True, cancel_futures=kind is not None)
