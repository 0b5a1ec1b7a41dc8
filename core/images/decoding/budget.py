"""How much memory all decoders of this process may take together."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ...jobs import Cancelled

DECODE_BYTES = 832 * 2**20
"""Bytes that all decoders together may take: a picture of 200 megapixels is decoded, one at a time.

With what the models and the program itself need, a machine with 2 GB stays clear of swapping.
"""

_LOOK_S = 0.1


def _never() -> bool:
    return False


class ByteBudget:
    """A number of bytes that is shared out: who asks for more than is free waits, in the order of asking."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._free = limit
        self._waiting: deque[object] = deque()
        self._changed = threading.Condition()

    @contextmanager
    def reserve(self, size: int, stop: Callable[[], bool] = _never) -> Iterator[None]:
        """Hold `size` bytes while the block runs; not to be nested, or two holders could wait for each other.

        Args:
            size: bytes; more than there are in all counts as all of them.
            stop: asked while waiting whether to give up.

        Raises:
            Cancelled: `stop` said so.
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
"""The budget that every decoder of this process draws on."""
