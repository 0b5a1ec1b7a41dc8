"""The stages of drawing a map: said, timed, and the points between which it can be stopped."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from ..jobs import Monitor


class Stages:
    """Tells the monitor which stage it is and keeps how long each took.

    Attributes:
        seconds: of each stage that has ended.
    """

    def __init__(self, monitor: Monitor, count: int) -> None:
        self._monitor = monitor
        self.seconds: dict[str, float] = {}
        monitor.expect(count)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what is done inside.

        Raises:
            Cancelled: the monitor was asked to stop before it began.
        """
        self._monitor.check()
        self._monitor.say(name)
        begun = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - begun, 3)
        self._monitor.advance()
