"""An index in a Milvus server, or in Milvus Lite on this machine.

Only ids and vectors are sent: no names, no paths, no labels, no pictures. (Vectors describe pictures, and the
client sends this machine's host name to the server; use https and a token beyond a network you trust.)
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...errors import RemoteIndexError
from ..base import AS_BUILT, FloatArray, IdArray, Neighbours, SearchParameters
from ..validation import check_ids, check_question, check_vectors
from .client import Link

MOST_AT_ONCE = 16_384
"""Milvus returns at most this many hits or rows per call."""

WORTH_AN_INDEX = 1024
"""Milvus does not index a segment of fewer rows, and each flush makes another segment."""

_BLOCK_BYTES = 4 << 20
_EF_SEARCH = 64
_NPROBE = 16

# In a graph of which a tenth is allowed, ef 64 finds 0.86 of the ten nearest.
_EF_FILTERED = 256

# Fetching more hits than asked for and keeping the allowed ones takes about 10 µs per hit, naming the allowed
# ids 6 µs per id (100,000 vectors of 1280, server on the same two cores). Of the hits that should hold k
# allowed ones if these lay anywhere, half as many again are fetched.
_SPARE = 1.5
_HITS_FOR_AN_ID = 0.5


class MilvusIndex:
    """An `Index` over a collection in Milvus; see `milvus_connect.connect`.

    Every method that calls the server raises `RemoteIndexError` if it is unreachable, too slow (`timeout_s`
    per call) or refuses; the object works again as soon as the server does. A search sees everything that
    this process has added and removed, and changes by other processes within seconds.
    """

    def __init__(self, link: Link, collection: str, dim: int, kind: str) -> None:
        """Use an existing `collection`, indexed and loaded; `kind` is Milvus's name of its index type."""
        self._link = link
        self._collection = collection
        self._dim = dim
        self._kind = kind
        self._size = 0
        self._unsettled = 0
        self._known: IdArray | None = None
        self.count()

    @property
    def dim(self) -> int:
        """Dimension of a vector."""
        return self._dim

    @property
    def where(self) -> str:
        """The server's address, or Milvus Lite's path, without any password."""
        return self._link.where

    @property
    def kind(self) -> str:
        """Milvus's name of the index type, such as ``"HNSW"``."""
        return self._kind

    @property
    def settles_at_once(self) -> bool:
        """Whether additions should be flushed at once: Milvus Lite is slow over rows that are not flushed."""
        return self._link.local

    @property
    def size(self) -> int:
        """Number of vectors: the last count plus those added since."""
        return self._size if self._known is None else len(self._known)

    @property
    def ids(self) -> IdArray:
        """Ids of the vectors, ``(size,)``, ascending: read once, then kept up to date."""
        if self._known is None:
            self._known = np.concatenate([np.empty(0, np.int64), *self.pages_of_ids()])
        return self._known

    @property
    def memory_bytes(self) -> int:
        """Memory use on this machine in bytes: none, except for the vectors of Milvus Lite."""
        return self.size * (4 * self.dim + 8) if self._link.local else 0

    def count(self) -> int:
        """Count the rows, including everything acknowledged so far."""
        self._size = self._count("")
        return self._size

    def count_between(self, lowest: int, highest: int) -> int:
        """Count the rows with an id from `lowest` to `highest`, both included."""
        return self._count(f"id >= {lowest} and id <= {highest}")

    def rows_without_index(self) -> int:
        """Count the rows that the server has not yet indexed.

        A few thousand of them are compared with the query one by one. More are searched by a temporary index,
        and then a filter can cost recall: 0.59 of the ten nearest among 100 of 10,000, measured on server
        2.3.5.
        """
        if self._link.local:
            return 0
        segments = self._ask("looking at its segments", lambda c, **k: c.list_loaded_segments(**k))
        # A small segment is never indexed; with 1,023 rows at most it needs no index.
        finished: list[int] = [s.num_rows for s in segments if s.index_name or s.num_rows < WORTH_AN_INDEX]
        return max(0, self.size - sum(finished))

    def pages_of_ids(self) -> Iterator[IdArray]:
        """Iterate over all ids, ascending, in pages ``(n,)`` int64, including everything acknowledged so
        far.
        """
        pages = self._ask(
            "listing its ids",
            lambda c, **k: c.query_iterator(
                batch_size=MOST_AT_ONCE // 2, output_fields=["id"], consistency_level="Strong", **k
            ),
        )
        while page := self._link.call("listing its ids", lambda _: pages.next()):
            yield np.unique(np.array([row["id"] for row in page], np.int64))
        pages.close()

    def add(self, ids: IdArray, vectors: FloatArray) -> None:
        """Send vectors of shape ``(N, dim)`` under ids of shape ``(N,)``; existing ids are replaced.

        Raises:
            IndexingError: a shape is wrong, a vector is zero or not finite, or an id is given twice.
            RemoteIndexError: the server is unreachable, too slow, or refuses; some may have been added all
                the same.
        """
        self.send(ids, vectors)
        if self.settles_at_once or self._unsettled >= WORTH_AN_INDEX:
            self.settle()

    def send(self, ids: IdArray, vectors: FloatArray) -> None:
        """Send as `add` does, but leave it to the caller to `settle` once after many calls."""
        check_vectors(vectors, self.dim)
        check_ids(ids, len(vectors))
        known, self._known = self._known, None
        for start in range(0, len(ids), self.block):
            part = slice(start, start + self.block)
            rows = [
                {"id": int(i), "vector": v}
                for i, v in zip(ids[part], np.asarray(vectors[part], np.float32), strict=True)
            ]
            # Not `insert`: if an answer was lost and an id sent again, Milvus would keep both rows.
            self._ask("adding vectors", lambda c, rows=rows, **k: c.upsert(data=rows, **k))
            self._size += len(rows)
            self._unsettled += len(rows)
        self._known = None if known is None else np.union1d(known, ids)

    def remove(self, ids: IdArray) -> None:
        """Remove these ids; unknown ids are ignored."""
        known, self._known = self._known, None
        for start in range(0, len(ids), MOST_AT_ONCE):
            part = ids[start : start + MOST_AT_ONCE].tolist()
            self._ask("removing vectors", lambda c, part=part, **k: c.delete(filter=f"id in {part}", **k))
        self.count()
        self._known = None if known is None else np.setdiff1d(known, ids)

    def settle(self) -> None:
        """Ask the server to flush its buffer, so that it can index the rows."""
        self._ask("writing out", lambda c, **k: c.flush(**k))
        self._unsettled = 0

    def search(
        self,
        queries: FloatArray,
        k: int,
        allowed: IdArray | None = None,
        parameters: SearchParameters = AS_BUILT,
    ) -> Neighbours:
        """Find the `k` nearest of each query, shape ``(Q, dim)``, among `allowed` ids if given.

        HNSW uses `ef_search` (default 64; at least 256 with `allowed`), IVF `nprobe` (default 16).

        Raises:
            IndexingError: `k` is not positive, or a query is zero, not finite or of another dimension.
            RemoteIndexError: the server is unreachable, too slow, or refuses; or `k` is more than 16,384.
        """
        check_question(queries, k, self.dim)
        if not len(queries) or (allowed is not None and not len(allowed)):
            return _nothing(len(queries), k)
        if allowed is None:
            return self._search(queries, k, "", parameters)
        allowed = np.unique(allowed)
        wide = int(_SPARE * k * max(1.0, self.size / len(allowed))) + 1
        if wide <= min(_HITS_FOR_AN_ID * len(allowed), MOST_AT_ONCE):
            return self._search_wide(queries, k, wide, allowed, parameters)
        return self._search(queries, min(k, len(allowed)), f"id in {allowed.tolist()}", parameters, width=k)

    def drop(self) -> None:
        """Delete the collection from the server, vectors and all."""
        self._ask("deleting the collection", lambda c, **k: c.drop_collection(**k))
        self._size, self._known = 0, None

    def close(self) -> None:
        """Close the connection; the data stays on the server."""
        self._link.close()

    @property
    def block(self) -> int:
        """Number of vectors per message."""
        return max(1, _BLOCK_BYTES // (4 * self.dim))

    def _search_wide(
        self, queries: FloatArray, k: int, wide: int, allowed: IdArray, parameters: SearchParameters
    ) -> Neighbours:
        """Fetch more than `k` of all and keep the allowed ones; send `allowed` only for queries that got too
        few.
        """
        found = self._search(queries, wide, "", parameters)
        kept = np.isin(found.ids, allowed)
        enough = np.count_nonzero(kept, axis=1) >= min(k, len(allowed))
        result = _nothing(len(queries), k)
        for row in np.flatnonzero(enough):
            chosen = np.flatnonzero(kept[row])[:k]
            result.ids[row, : len(chosen)] = found.ids[row, chosen]
            result.scores[row, : len(chosen)] = found.scores[row, chosen]
        if not enough.all():
            again = self._search(
                queries[~enough], min(k, len(allowed)), f"id in {allowed.tolist()}", parameters, width=k
            )
            result.ids[~enough] = again.ids
            result.scores[~enough] = again.scores
        return result

    def _search(
        self, queries: FloatArray, k: int, where: str, parameters: SearchParameters, width: int | None = None
    ) -> Neighbours:
        if k > MOST_AT_ONCE:
            raise RemoteIndexError(
                f"Milvus gives at most {MOST_AT_ONCE:,} hits at once, not {k:,}. Ask for fewer."
            )
        answer = self._ask(
            "searching",
            lambda c, **more: c.search(
                data=list(np.ascontiguousarray(queries, np.float32)),
                filter=where,
                limit=k,
                output_fields=["id"],
                search_params={"metric_type": "IP", "params": self._listened_to(parameters, k, where)},
                consistency_level="Session",
                **more,
            ),
        )
        result = _nothing(len(queries), width or k)
        for row, hits in enumerate(answer):
            result.ids[row, : len(hits)] = [hit["id"] for hit in hits]
            result.scores[row, : len(hits)] = [hit["distance"] for hit in hits]
        return result

    def _listened_to(self, parameters: SearchParameters, k: int, where: str) -> dict[str, int]:
        if self._kind.startswith("HNSW"):
            return {"ef": max(parameters.ef_search or _EF_SEARCH, k, _EF_FILTERED if where else 0)}
        if self._kind.startswith("IVF"):
            return {"nprobe": parameters.nprobe or _NPROBE}
        return {}

    def _count(self, where: str) -> int:
        answer = self._ask(
            "counting",
            lambda c, **k: c.query(filter=where, output_fields=["count(*)"], consistency_level="Strong", **k),
        )
        return int(answer[0]["count(*)"])

    def _ask(self, doing: str, work: Any) -> Any:
        return self._link.call(
            doing, lambda c: work(c, collection_name=self._collection, timeout=self._link.timeout_s)
        )


def _nothing(queries: int, k: int) -> Neighbours:
    return Neighbours(np.full((queries, k), -1, np.int64), np.full((queries, k), -np.inf, np.float32))
