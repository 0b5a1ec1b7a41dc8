"""The memory budget that all decoders of this process share."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ...jobs import Cancelled

DECODE_BYTES = 832 * 2**20
"""Bytes that all decoders together may take: enough for one picture of 200 megapixels at a time.

Together with the models and the program itself, this fits into 2 GB without swapping.
"""

_LOOK_S = 0.1


def _never() -> bool:
    return False


class ByteBudget:
    """A number of bytes to reserve from: a request for more than is free waits its turn, first come, first
    served.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._free = limit
        self._waiting: deque[object] = deque()
        self._changed = threading.Condition()

    @contextmanager
    def reserve(self, size: int, stop: Callable[[], bool] = _never) -> Iterator[None]:
        """Reserve `size` bytes while the block runs; not to be nested, since two holders could then deadlock.

        Args:
            size: bytes; more than the whole budget counts as all of it.
            stop: called while waiting; true gives up.

        Raises:
            Cancelled: `stop` returned true.
        """
        size = min(size, self.limit)
        self._take(size, stop)
        try:
            yield
        finally:
            with self._changed:
                self._free += size
                self._changed.notify_all()

    def _take(self, size: int, stop: Callable[[], bool]) -> None:
        turn = object()
        with self._changed:
            self._waiting.append(turn)
            try:
                while self._waiting[0] is not turn or self._free < size:
                    self._changed.wait(_LOOK_S)
                    if stop():
                        raise Cancelled
                self._free -= size
            finally:
                self._waiting.remove(turn)
                self._changed.notify_all()


DECODERS = ByteBudget(DECODE_BYTES)
"""The budget shared by every decoder of this process."""
