"""Keeps the active index of a space in sync with the catalogue, without blocking queries.

The store does not notify indexes: before each search the keeper checks whether the collection has changed,
and adds only what is new. An index whose files are missing or damaged, or whose server does not answer, is
replaced by exact search until it is available again; the files are rebuilt in the background.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from fasteners import ReaderWriterLock

from ..collection.collection import Collection
from ..collection.storage.index_records import IndexRecord
from ..collection.storage.snapshot import Snapshot
from ..errors import IndexFileError, LookalikeError, RemoteIndexError
from ..index.base import FloatArray, IdArray, Neighbours, SearchParameters, nothing
from ..index.faiss_index import FaissIndex
from ..index.storage import save
from ..index.tuning.types import QueryKind
from .active_index import AT_ONCE, Serving, serve_by, serve_exactly, take_in
from .builder import make, title
from .remote import is_remote
from .search_settings import Settings
from .types import EXACT, Served

log = logging.getLogger(__name__)

_RETRY_S = 30.0
"""How long exact search replaces a server before it is tried again."""
_WORTH_SAVING = 1000
_SHARE_WORTH_SAVING = 50
"""Number of added vectors after which the index is saved, or a fiftieth of all if that is more: until then
each new process has to add them again, but writing a million takes longer than adding a few thousand.
"""


@dataclass(frozen=True)
class Found:
    """Neighbours, the number of vectors searched, and the index that answered."""

    neighbours: Neighbours
    size: int
    served: Served


class IndexKeeper:
    """The index over one space of a collection. Thread-safe."""

    def __init__(self, collection: Collection, encoder: str) -> None:
        self._collection = collection
        self._encoder = encoder
        self._gate = ReaderWriterLock()
        self._refreshing = threading.Lock()
        self._version = -1
        self._repairs = 0
        self._now: Serving | None = None
        self._working: threading.Thread | None = None
        self._made = threading.Event()
        self._retry_at = 0.0

    def search(
        self,
        queries: FloatArray,
        k: int,
        allowed: IdArray | None = None,
        kind: QueryKind = "image",
        parameters: SearchParameters | None = None,
        seen: Snapshot | None = None,
    ) -> Found:
        """Find the `k` nearest of each query, shape ``(Q, dim)``, with the active index.

        It uses the parameters tuned for this kind of query, or `parameters`.

        Raises:
            CollectionError: the collection cannot be read.
        """
        self.refresh(seen)
        with self._gate.read_lock():
            now = self._now
            if now is None:
                return Found(nothing(len(queries), k), 0, EXACT)
            chosen = now.settings.of(kind) if parameters is None else parameters
            size = now.index.size
            try:
                return Found(
                    now.index.search(queries, max(1, min(k, size)), allowed, chosen), size, now.served(chosen)
                )
            except RemoteIndexError as error:
                problem = str(error)
        with self._refreshing:
            self._stand_in(now, problem)
        return self.search(queries, k, allowed, kind, parameters, seen)

    def serving(self, kind: QueryKind = "image") -> Served:
        """Describe the index that would answer a query of this kind now."""
        self.refresh()
        with self._gate.read_lock():
            now = self._now
            return EXACT if now is None else now.served(now.settings.of(kind))

    @property
    def size(self) -> int:
        """Number of searched vectors."""
        self.refresh()
        with self._gate.read_lock():
            return 0 if self._now is None else self._now.index.size

    def refresh(self, seen: Snapshot | None = None) -> None:
        """Apply changes since the last search; `seen`: the state of the space, if known."""
        # Background work may hold the lock for long: the active index keeps answering meanwhile.
        if not self._refreshing.acquire(blocking=self._now is None or not self._at_work()):
            return
        try:
            catalogue = seen or self._collection.snapshot(self._encoder)
            due = (
                self._made.is_set()
                or (self._retry_at > 0 and time.monotonic() >= self._retry_at)
                or catalogue.repairs != self._repairs
            )
            if catalogue.version == self._version and not due:
                return
            self._made.clear()
            self._repairs = catalogue.repairs
            if catalogue.space is None:
                self._become(None)
                begun = True
            else:
                begun = self._look_after(self._wanted(catalogue.space.id, due))
            self._version = catalogue.version if begun else -1
        finally:
            self._refreshing.release()

    def wait(self) -> None:
        """Wait for background work, if there is any."""
        if self._working is not None:
            self._working.join()

    def _wanted(self, space_id: int, anew: bool) -> Serving:
        """Return the index configured in the catalogue; opens it if it has changed."""
        now, record = self._now, self._collection.indexes.in_use(space_id)
        if now is None or anew or (now.space_id, _number(now.record)) != (space_id, _number(record)):
            now = self._open(space_id, record)
            self._become(now)
        elif record is not None and not now.is_exact:
            now.settings = Settings.from_json(record.settings)
        return now

    def _look_after(self, now: Serving) -> bool:
        """Add what is new: at once, or in the background if a query would have to wait for it.

        Returns whether everything has been done or started; false while other work is running.
        """
        if now.record is None:
            take_in(self._collection, self._encoder, now, self._gate)
            return True
        try:
            lacking = 0 if now.is_exact else self._collection.count_vectors(now.last_row, self._encoder)
            if lacking > AT_ONCE:
                now.arriving = lacking if now.last_row >= 0 else 0  # else it is not known yet
                return self._in_background(now.record, self._bring_up)
            take_in(self._collection, self._encoder, now, self._gate)
            worth_it = max(_WORTH_SAVING, now.index.size // _SHARE_WORTH_SAVING)
            if now.unsaved >= worth_it and not now.is_exact and not is_remote(now.record):
                return self._in_background(now.record, self._save)
            if isinstance(now.index, FaissIndex) and now.index.mapped:
                return self._in_background(now.record, self._hold)
        except RemoteIndexError as error:
            self._stand_in(now, str(error))
        return True

    # ---- opening

    def _open(self, space_id: int, record: IndexRecord | None) -> Serving:
        self._retry_at = 0.0
        if record is None:
            return serve_exactly(self._collection, self._encoder, space_id)
        try:
            return serve_by(self._collection, self._encoder, record)
        except RemoteIndexError as error:
            self._retry_at = time.monotonic() + _RETRY_S
            why = f"{error} Until then search is exact, on this machine."
        except LookalikeError as error:
            log.warning("index %d of “%s”: %s", record.id, self._collection.name, error)
            self._in_background(record, self._make)
            why = f"{title(record)} is being rebuilt; until then search is exact."
        return serve_exactly(self._collection, self._encoder, space_id, record, why)

    def _stand_in(self, now: Serving, problem: str) -> None:
        """Replace an index whose server does not answer by exact search."""
        if self._now is not now:
            return  # another thread has done it
        self._retry_at = time.monotonic() + _RETRY_S
        why = f"{problem} Until it is available again, search is exact, on this machine."
        self._become(serve_exactly(self._collection, self._encoder, now.space_id, now.record, why))

    def _become(self, serving: Serving | None) -> None:
        with self._gate.write_lock():
            self._now = serving

    # ---- in the background

    def _at_work(self) -> bool:
        return self._working is not None and self._working.is_alive()

    def _in_background(self, record: IndexRecord, work: Callable[[IndexRecord], None]) -> bool:
        """Start `work` in the background, unless other work is running; returns whether it was started."""
        if self._at_work():
            return False

        def run() -> None:
            try:
                work(record)
            except (LookalikeError, OSError) as error:  # such as a disk that is not writable
                log.warning("index %d of “%s”: %s", record.id, self._collection.name, error)

        self._working = threading.Thread(target=run, name=f"lookalike-index-{record.id}", daemon=True)
        self._working.start()
        return True

    def _make(self, record: IndexRecord) -> None:
        make(self._collection, record)
        self._made.set()

    def _bring_up(self, record: IndexRecord) -> None:
        """Add vectors in small steps, so that searches run in between, and save the result."""
        done = False
        while not done:
            with self._refreshing:
                now = self._now
                if now is None or _number(now.record) != record.id or now.is_exact:
                    return
                try:
                    done = take_in(self._collection, self._encoder, now, self._gate, AT_ONCE)
                    now.arriving = 0 if done else max(0, now.arriving - AT_ONCE)
                except RemoteIndexError as error:
                    self._stand_in(now, str(error))
                    return
        if not is_remote(record):
            self._save(record)

    def _hold(self, record: IndexRecord) -> None:
        """Read a mapped index into memory: it works at once, but slowly until its pages are loaded."""
        with self._gate.read_lock():
            now = self._now
            if now is None or _number(now.record) != record.id or not isinstance(now.index, FaissIndex):
                return
            index = now.index
            store = index.copied_store() if index.mapped else None
        with self._gate.write_lock():
            if store is not None and index.mapped:
                index.hold(store)

    def _save(self, record: IndexRecord) -> None:
        with self._gate.read_lock():
            now = self._now
            if now is None or _number(now.record) != record.id or now.is_exact:
                return
            with suppress(IndexFileError):  # a full disk: the next process adds the vectors again
                save(now.index, self._collection.indexes.folder(record.id))
                now.unsaved = 0


def _number(record: IndexRecord | None) -> int:
    return 0 if record is None else record.id
