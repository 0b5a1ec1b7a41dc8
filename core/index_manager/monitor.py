"""Periodic self-checks of the active index, on real queries.

They run in the background of a process that answers queries: first after some tens of index searches, and
then after every thousand. The queries stay in this process.
"""

import logging
import threading
from collections import deque

from ..collection.collection import Collection
from ..errors import LookalikeError
from .health_check import Check, check
from .manager import IndexKeeper
from .types import Served

log = logging.getLogger(__name__)

FIRST = 50
EVERY = 1000
_QUERIES = 100
_REMEMBERED = 200


class Watch:
    """Counts searches and checks the index that answers them. Thread-safe."""

    def __init__(self, collection: Collection, encoder: str, keeper: IndexKeeper) -> None:
        self._collection = collection
        self._encoder = encoder
        self._keeper = keeper
        self._lock = threading.Lock()
        self._asked: deque[str] = deque(maxlen=_REMEMBERED)
        self._heard: tuple[int | None, int] = (None, 0)
        self._checking: threading.Thread | None = None
        self._last: tuple[int | None, Check | None] = (None, None)

    def heard(self, text: str, served: Served) -> None:
        """Record a search, and check the index if due."""
        with self._lock:
            if text.strip():
                self._asked.append(text.strip())
            if served.index_id is None:
                return
            index, count = self._heard
            count = count + 1 if index == served.index_id else 1
            self._heard = (served.index_id, count)
            due = count == FIRST or count % EVERY == 0
            if not due or (self._checking is not None and self._checking.is_alive()):
                return
            self._checking = threading.Thread(
                target=self._check,
                args=(served.index_id, tuple(self._asked)),
                name="lookalike-check",
                daemon=True,
            )
            self._checking.start()

    @property
    def asked(self) -> tuple[str, ...]:
        """The most recent query texts, oldest first."""
        with self._lock:
            return tuple(self._asked)

    def warning(self, served: Served) -> str:
        """Describe what the last check found wrong with the index that answered, in plain sentences."""
        with self._lock:
            index, last = self._last
        return last.sentence if last is not None and index == served.index_id and last.collapsed else ""

    def wait(self) -> None:
        """Wait for a running check, if there is one."""
        with self._lock:
            checking = self._checking
        if checking is not None:
            checking.join()

    def _check(self, index: int, asked: tuple[str, ...]) -> None:
        try:
            found = check(self._collection, self._encoder, self._keeper, asked, _QUERIES)
        except LookalikeError as error:
            log.warning("index %d of “%s” could not be checked: %s", index, self._collection.name, error)
            return
        if found.collapsed:
            log.warning("index %d of “%s”: %s", index, self._collection.name, found.sentence)
        with self._lock:
            self._last = (index, found)
