"""The active index of a space: how it is opened and kept in sync with the catalogue."""

from dataclasses import dataclass

import numpy as np
from fasteners import ReaderWriterLock

from ..collection.collection import Collection
from ..collection.storage.index_records import IndexRecord
from ..index.base import AS_BUILT, Index, SearchParameters
from ..index.milvus.index import MilvusIndex
from .builder import open_index, title
from .exact import exact_index
from .search_settings import Settings
from .types import Served

AT_ONCE = 1000
"""Vectors added while a query waits, and between two queries: about a second of building a graph."""
_LISTED = 5000


@dataclass
class Serving:
    """The index in use, and how far it is in sync with the catalogue.

    Attributes:
        space_id: the space that it indexes.
        record: the configured index; None for exact search.
        index: the index that answers queries.
        settings: its search parameters.
        stands_in: why exact search replaces the configured index; else empty.
        last_row: the last row of the space that it holds.
        purges: the number of deletions applied to it.
        unsaved: number of vectors added since it was loaded from its files.
        arriving: number of missing vectors that are being added.
    """

    space_id: int
    record: IndexRecord | None
    index: Index
    settings: Settings
    stands_in: str = ""
    last_row: int = -1
    purges: int = 0
    unsaved: int = 0
    arriving: int = 0

    @property
    def is_exact(self) -> bool:
        """Whether search is exact."""
        return self.record is None or bool(self.stands_in)

    def served(self, parameters: SearchParameters) -> Served:
        """The description of the index that goes with each answer."""
        if self.record is None or self.stands_in:
            return Served("exact", None, AS_BUILT, self.stands_in)
        note = f"{self.arriving:,} new pictures are being indexed; they will be found soon."
        return Served(title(self.record), self.record.id, parameters, note if self.arriving else "")


def serve_exactly(
    collection: Collection, encoder: str, space_id: int, record: IndexRecord | None = None, why: str = ""
) -> Serving:
    """Open exact search over a space; `why` it replaces the index of `record`, if it does."""
    rows = collection.vectors(encoder=encoder)
    index = exact_index(len(rows.ids), rows.vectors.shape[1])
    if len(rows.ids):
        index.add(rows.ids, rows.vectors)
    return Serving(space_id, record, index, Settings(), why, rows.last_row, collection.purges())


def serve_by(collection: Collection, encoder: str, record: IndexRecord) -> Serving:
    """Open the index of a record as it was saved.

    Raises:
        IndexFileError: its files are missing or damaged, or the server lacks vectors.
        RemoteIndexError: its server is unreachable, too slow, or refuses.
    """
    index = open_index(collection, record)
    settings = Settings.from_json(record.settings)
    if isinstance(index, MilvusIndex):  # its count was compared when it was opened; listing it takes long
        highest = int(collection.vector_ids(encoder).max(initial=-1))
        row, purges = collection.census(highest, encoder).last_row, collection.purges()
    else:
        ids = index.ids
        census = collection.census(int(ids.max(initial=-1)), encoder)
        same = census.dense and census.count == len(ids) and census.sum_of_ids == int(ids.sum())
        row, purges = (census.last_row, collection.purges()) if same else (-1, -1)
    return Serving(record.space_id, record, index, settings, "", row, purges)


def take_in(
    collection: Collection, encoder: str, now: Serving, gate: ReaderWriterLock, most: int = -1
) -> bool:
    """Add new vectors, the first `most` or all; returns whether the index is up to date.

    After a deletion everything is compared.

    Raises:
        RemoteIndexError: the index's server is unreachable, too slow, or refuses.
    """
    purges = collection.purges()
    if purges != now.purges:
        _compare(collection, encoder, now, gate)
        now.purges = purges
        return True
    new = collection.vectors(now.last_row, encoder, most)
    if len(new.ids):
        with gate.write_lock():
            now.index.add(new.ids, new.vectors)
        now.unsaved += len(new.ids)
        now.last_row = new.last_row
    return len(new.ids) + new.damaged != most


def _compare(collection: Collection, encoder: str, now: Serving, gate: ReaderWriterLock) -> None:
    """Compare id by id, because deletion frees row numbers that later pictures may have been given."""
    held, there = now.index.ids, collection.vector_ids(encoder)
    gone, missing = np.setdiff1d(held, there), np.setdiff1d(there, held)
    if len(gone):
        with gate.write_lock():
            now.index.remove(gone)
    for start in range(0, len(missing), _LISTED):
        # A damaged vector that is detected here is left out, as it is from now on from `vector_ids`.
        ids, vectors = collection.sound_vectors(missing[start : start + _LISTED].tolist(), encoder)
        with gate.write_lock():
            now.index.add(ids, vectors)
    now.unsaved += len(gone) + len(missing)
    now.last_row = collection.census(1 << 62, encoder).last_row
