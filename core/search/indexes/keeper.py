"""Keeps the index that serves a space in step with the catalogue; nothing stands in the way of answers.

What is stored knows nothing of indexes: before each search the keeper looks whether the collection has
changed, and takes in only what is new. An index whose files are missing or damaged, or whose server does not
answer, is replaced by exact search until it is back; the files are made again in the background.
"""

import logging
import threading
import time
from dataclasses import dataclass

import numpy as np

from core.collection.collection import Collection
from core.collection.indexes import IndexRecord
from core.errors import LookalikeError, RemoteIndexError
from core.indexing.index import AS_BUILT, FloatArray, IdArray, Index, Neighbours, SearchParameters
from core.indexing.milvus import MilvusIndex
from core.search.indexes.exact import exact_index
from core.search.indexes.gate import Gate
from core.search.indexes.maker import make, open_index, title
from core.search.indexes.served import EXACT, Served
from core.search.indexes.settings import QueryKind, Settings

log = logging.getLogger(__name__)

_AT_ONCE = 5000
_RETRY_S = 30.0
"""How long exact search stands in for a server before it is asked again."""


@dataclass(frozen=True)
class Found:
    """Neighbours, how many vectors they were found among, and what answered."""

    neighbours: Neighbours
    size: int
    served: Served


@dataclass
class _Now:
    """What is being served; replaced as a whole."""

    space_id: int
    record: IndexRecord | None
    index: Index
    settings: Settings
    note: str
    last_row: int = -1
    purges: int = 0


class IndexKeeper:
    """The index over one space of a collection. Thread-safe."""

    def __init__(self, collection: Collection, encoder: str) -> None:
        self._collection = collection
        self._encoder = encoder
        self._gate = Gate()
        self._refreshing = threading.Lock()
        self._version = -1
        self._now: _Now | None = None
        self._making: threading.Thread | None = None
        self._made = threading.Event()
        self._retry_at = 0.0

    def search(
        self,
        queries: FloatArray,
        k: int,
        allowed: IdArray | None = None,
        kind: QueryKind = "image",
        parameters: SearchParameters | None = None,
    ) -> Found:
        """The `k` nearest of each query, shape ``(Q, dim)``, by the index that serves the space.

        It is searched with what was chosen for queries of this kind, or with `parameters`.

        Raises:
            CollectionError: the collection cannot be read.
        """
        self.refresh()
        with self._gate.read():
            now = self._now
            if now is None:
                return Found(_nothing(len(queries), k), 0, EXACT)
            chosen = now.settings.of(kind) if parameters is None else parameters
            try:
                neighbours = now.index.search(queries, max(1, min(k, now.index.size)), allowed, chosen)
            except RemoteIndexError as error:
                problem = str(error)
            else:
                served = self._served(now, chosen)
                return Found(neighbours, now.index.size, served)
        with self._refreshing:
            self._stand_in(now, problem)
        return self.search(queries, k, allowed, kind, parameters)

    def serving(self, kind: QueryKind = "image") -> Served:
        """What would answer a query of this kind now."""
        self.refresh()
        with self._gate.read():
            now = self._now
            return EXACT if now is None else self._served(now, now.settings.of(kind))

    @property
    def ids(self) -> IdArray:
        """Ids of all pictures that can be found, ``(N,)``."""
        self.refresh()
        with self._gate.read():
            return np.empty(0, np.int64) if self._now is None else self._now.index.ids

    @property
    def size(self) -> int:
        """Number of vectors that are searched."""
        self.refresh()
        with self._gate.read():
            return 0 if self._now is None else self._now.index.size

    def refresh(self) -> None:
        """Take in what has changed since the last search."""
        with self._refreshing:
            version = self._collection.version()
            due = self._made.is_set() or (self._retry_at and time.monotonic() >= self._retry_at)
            if version == self._version and not due:
                return
            self._made.clear()
            space = self._collection.space(self._encoder)
            if space is None:
                with self._gate.write():
                    self._now = None
                self._version = version
                return
            record = self._collection.indexes.in_use(space.id)
            now = self._now
            if now is None or due or (now.space_id, _identity(now.record)) != (space.id, _identity(record)):
                now = self._open(space.id, record)
                with self._gate.write():
                    self._now = now
            elif record is not None and not now.note:
                now.settings = Settings.from_json(record.settings)
            try:
                if self._left_behind(now):
                    return
                self._catch_up(now)
            except RemoteIndexError as error:
                self._stand_in(now, str(error))
            self._version = version

    def wait(self) -> None:
        """Wait for an index that is being made again in the background, if one is."""
        if self._making is not None:
            self._making.join()

    def _served(self, now: _Now, parameters: SearchParameters) -> Served:
        if now.record is None or now.note:
            return Served("exact", None, AS_BUILT, now.note)
        return Served(title(now.record), now.record.id, parameters)

    # ---- opening

    def _open(self, space_id: int, record: IndexRecord | None) -> _Now:
        self._retry_at = 0.0
        if record is None:
            return self._exact(space_id, None, "")
        settings = Settings.from_json(record.settings)
        try:
            index = open_index(self._collection, record)
        except RemoteIndexError as error:
            self._retry_at = time.monotonic() + _RETRY_S
            return self._exact(space_id, record, f"{error} Until then search is exact, on this machine.")
        except LookalikeError as error:
            log.warning("index %d of “%s”: %s", record.id, self._collection.name, error)
            self._make_again(record)
            return self._exact(
                space_id,
                record,
                f"The files of {title(record)} are being made again; until then search is exact.",
            )
        return _Now(space_id, record, index, settings, "", *self._in_step(index))

    def _exact(self, space_id: int, record: IndexRecord | None, note: str) -> _Now:
        rows = self._collection.vectors(encoder=self._encoder)
        index = exact_index(len(rows.ids), rows.vectors.shape[1])
        if len(rows.ids):
            index.add(rows.ids, rows.vectors)
        return _Now(space_id, record, index, Settings(), note, rows.last_row, self._collection.purges())

    def _stand_in(self, now: _Now | None, problem: str) -> None:
        """Answer exactly instead of an index whose server does not."""
        if now is None or self._now is not now:
            return  # somebody else has seen to it
        exact = self._exact(
            now.space_id, now.record, f"{problem} Until it is back, search is exact, on this machine."
        )
        self._retry_at = time.monotonic() + _RETRY_S
        with self._gate.write():
            self._now = exact

    def _make_again(self, record: IndexRecord) -> None:
        if self._making is not None and self._making.is_alive():
            return

        def work() -> None:
            try:
                make(self._collection, record)
            except LookalikeError as error:
                log.warning("index %d of “%s”: %s", record.id, self._collection.name, error)
            else:
                self._made.set()

        self._making = threading.Thread(target=work, name=f"lookalike-index-{record.id}", daemon=True)
        self._making.start()

    # ---- keeping in step

    def _in_step(self, index: Index) -> tuple[int, int]:
        """Up to which row `index` holds what the catalogue does, and the purges it knows; else −1 and −1."""
        if isinstance(index, MilvusIndex):  # its count was compared when it was opened; listing it takes long
            highest = int(self._collection.vector_ids(self._encoder).max(initial=-1))
            return self._collection.census(highest, self._encoder).last_row, self._collection.purges()
        ids = index.ids
        census = self._collection.census(int(ids.max(initial=-1)), self._encoder)
        same = census.dense and census.count == len(ids) and census.sum_of_ids == int(ids.sum())
        return (census.last_row, self._collection.purges()) if same else (-1, -1)

    def _left_behind(self, now: _Now) -> bool:
        """Whether a server lacks so much that sending it would keep a query waiting; it is sent meanwhile."""
        if now.record is None or not isinstance(now.index, MilvusIndex):
            return False
        lacking = len(self._collection.vector_ids(self._encoder)) - now.index.size
        if lacking <= _AT_ONCE:
            return False
        self._make_again(now.record)
        note = f"{title(now.record)} is being sent {lacking:,} new vectors; until then search is exact."
        exact = self._exact(now.space_id, now.record, note)
        with self._gate.write():
            self._now = exact
        self._version = self._collection.version()
        return True

    def _catch_up(self, now: _Now) -> None:
        collection = self._collection
        purges = collection.purges()
        if purges != now.purges:
            self._compare(now)
            now.purges = purges
            return
        new = collection.vectors(now.last_row, self._encoder)
        if len(new.ids):
            with self._gate.write():
                now.index.add(new.ids, new.vectors)
            now.last_row = new.last_row

    def _compare(self, now: _Now) -> None:
        """Id by id, because deleting frees row numbers, which later pictures may have been given."""
        held, there = now.index.ids, self._collection.vector_ids(self._encoder)
        gone, missing = np.setdiff1d(held, there), np.setdiff1d(there, held)
        if len(gone):
            with self._gate.write():
                now.index.remove(gone)
        for start in range(0, len(missing), _AT_ONCE):
            ids = missing[start : start + _AT_ONCE]
            vectors = self._collection.vectors_of([int(i) for i in ids], self._encoder)
            with self._gate.write():
                now.index.add(ids, vectors)
        now.last_row = self._collection.census(int(there.max(initial=-1)), self._encoder).last_row


def _identity(record: IndexRecord | None) -> int:
    return 0 if record is None else record.id


def _nothing(queries: int, k: int) -> Neighbours:
    return Neighbours(np.full((queries, k), -1, np.int64), np.full((queries, k), -np.inf, np.float32))
