"""The SQLite catalogue: the single source of truth of a collection."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

from ...errors import CollectionError
from ...stored import decoding
from ..safe_names import folded
from ..types import Filter, LabelState, Order, Picture
from .database import connect, create, is_writable
from .migrate import check_version, make_schema, migrate

_ORDER_COLUMNS: dict[Order, str] = {
    "added": "p.id",
    "name": "p.name",
    "label": "p.label",
    "taken": "p.taken_at",
}
_PICTURE_COLUMNS = (
    "id, sha256, name, label, caption, width, height, format, bytes, taken_at, added_at, kept, favourite"
)
_NAMES = (
    "(SELECT json_group_array(name) FROM "
    "(SELECT name FROM name WHERE picture_id = picture.id ORDER BY rowid))"
)
_LOOKUP_BATCH = 500


Area = Literal["verdicts", "pairs", "clusters", "map", "evaluation", "health"]
"""Areas that belong to a single feature, whose changes do not affect others."""
AREAS: tuple[Area, ...] = get_args(Area)


class Catalogue:
    """Reads of one collection's catalogue, and the transactions that change it.

    One connection per thread. Readers never wait for the writer (WAL); the collection ensures a single writer
    by a file lock.
    """

    def __init__(self, path: Path, *, read_only: bool | None = None) -> None:
        """Open the catalogue at `path`; with `read_only`, nothing is created, migrated or written.

        The same applies if the collection is not writable.

        Raises:
            CollectionError: there is none, it is damaged, or its version cannot be used.
        """
        self.path = path
        self.writable = is_writable(path) if read_only is None else not read_only
        self._threads = threading.local()
        connection = self._connection()
        self._inode = path.stat().st_ino
        if read_only:
            check_version(connection, str(path.parent))
        else:
            migrate(connection, str(path.parent), writable=self.writable)

    @staticmethod
    def create(path: Path, settings: Mapping[str, str]) -> None:
        """Create the catalogue of a new collection with these settings atomically, and close it."""
        with closing(create(path)) as connection:
            make_schema(connection)
            connection.executemany("INSERT INTO meta VALUES (?, ?)", list(settings.items()))

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = self._threads.connection = connect(self.path, read_only=not self.writable)
        return connection

    def close(self) -> None:
        """Close this thread's connection; the next statement opens a new one."""
        connection: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if connection is not None:
            connection.close()
            self._threads.connection = None

    def damaged(self) -> CollectionError:
        """Build the error for a row with invalid contents; see `core.stored.decoding`."""
        return CollectionError(
            f"The catalogue of “{self.path.parent.name}” is damaged: an entry cannot be read. Restore it "
            "from a backup, or delete the collection and add its pictures again."
        )

    def check_there(self) -> None:
        """Check that the collection was not deleted since it was opened.

        Raises:
            CollectionError: it was.
        """
        try:
            there = self.path.stat().st_ino == self._inode
        except FileNotFoundError:
            there = False
        if not there:
            raise CollectionError(
                f"“{self.path.parent.name}” no longer exists: it was deleted or moved meanwhile."
            )

    def checkpoint(self) -> None:
        """Write the write-ahead log into the file, so that a copy of the file alone is complete."""
        self._connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def back_up(self, copy: sqlite3.Connection) -> None:
        """Back up everything committed so far to `copy`, an open database; others may keep writing."""
        self._connection().backup(copy)

    def execute(self, sql: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        """Run one read-only statement."""
        return self._connection().execute(sql, values)

    @contextmanager
    def transaction(self, area: Area | None = None) -> Iterator[sqlite3.Connection]:
        """Run a transaction; committing increments a version.

        It is that of `area` if a feature writes only its own data, so that nothing else is reloaded; else
        that of the collection: its pictures, labels, vectors and indexes.
        """
        self.check_there()
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute(
                "INSERT INTO meta VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET value = value + 1",
                (_version_key(area),),
            )
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                with suppress(CollectionError):  # the original error is what the caller should get
                    connection.execute("ROLLBACK")
            raise

    def meta(self, key: str) -> str | None:
        """Read one setting of the collection."""
        row = self.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def number(self, key: str) -> int:
        """Read one numeric setting; 0 if it was never set.

        Raises:
            CollectionError: it is not a number.
        """
        with decoding(self.damaged):
            return int(self.meta(key) or 0)

    def version(self, areas: Sequence[Area] = ()) -> int:
        """Return a number that grows with every change of the collection itself or of one of these areas."""
        keys = [_version_key(area) for area in (None, *areas)]
        rows = self.execute(
            "SELECT value FROM meta WHERE key IN (SELECT value FROM json_each(?))", (json.dumps(keys),)
        ).fetchall()
        with decoding(self.damaged):
            return sum(int(row[0]) for row in rows)

    def count(self, where: Filter) -> int:
        """Count the pictures that pass the filter, without those in the bin."""
        clause, values = filter_clause(where)
        return int(self.execute(f"SELECT count(*) FROM picture p WHERE {clause}", values).fetchone()[0])  # noqa: S608

    def ids(self, where: Filter) -> list[int]:
        """Return the ids of all pictures that pass the filter, ascending."""
        clause, values = filter_clause(where)
        rows = self.execute(f"SELECT p.id FROM picture p WHERE {clause} ORDER BY p.id", values)  # noqa: S608
        return [row[0] for row in rows]

    def page(self, offset: int, limit: int, where: Filter, order: Order, descending: bool) -> list[Picture]:
        """Return `limit` pictures from `offset` on, ties broken by id."""
        clause, values = filter_clause(where)
        way = "DESC" if descending else "ASC"
        rows = self.execute(
            f"SELECT p.id FROM picture p WHERE {clause} "  # noqa: S608 - column and way come from fixed tables
            f"ORDER BY {_ORDER_COLUMNS[order]} {way}, p.id {way} LIMIT ? OFFSET ?",
            (*values, limit, offset),
        )
        return self.pictures([row[0] for row in rows])

    def pictures(self, ids: Sequence[int]) -> list[Picture]:
        """Return the pictures with these ids, in this order; unknown ids are left out."""
        found: dict[int, Picture] = {}
        for start in range(0, len(ids), _LOOKUP_BATCH):
            part = ids[start : start + _LOOKUP_BATCH]
            marks = ",".join("?" * len(part))
            for row in self.execute(
                f"SELECT {_PICTURE_COLUMNS}, {_NAMES} FROM picture WHERE id IN ({marks})",  # noqa: S608
                part,
            ):
                with decoding(self.damaged):
                    found[row[0]] = _picture(row, json.loads(row[-1]))
        return [found[i] for i in ids if i in found]

    def label_states(self, ids: Sequence[int]) -> list[LabelState]:
        """Return the labels of these pictures and their sources; unknown ids are left out."""
        found: list[LabelState] = []
        for start in range(0, len(ids), _LOOKUP_BATCH):
            part = ids[start : start + _LOOKUP_BATCH]
            marks = ",".join("?" * len(part))
            rows = self.execute(f"SELECT id, label, label_rank FROM picture WHERE id IN ({marks})", part)  # noqa: S608
            found += [LabelState(*row) for row in rows]
        return found

    def labels(self) -> list[tuple[str | None, int]]:
        """Count the pictures of every label, most frequent first; None stands for no label."""
        rows = self.execute(
            "SELECT label, count(*) FROM picture WHERE removed_at IS NULL GROUP BY label ORDER BY 2 DESC, 1"
        )
        return [(row[0], row[1]) for row in rows]


def _version_key(area: Area | None) -> str:
    return "version" if area is None else f"version of {area}"


def filter_clause(where: Filter) -> tuple[str, list[object]]:
    """Build the SQL condition on ``picture p`` for `where`, and its values."""
    parts, values = ["p.removed_at IS NULL"], list[object]()
    if where.labels:
        named = [label for label in where.labels if label is not None]
        # As one value: SQLite takes 32,766 of them, and each picture may have a label of its own.
        either = ["p.label IN (SELECT value FROM json_each(?))"] if named else []
        if None in where.labels:
            either.append("p.label IS NULL")
        parts.append(f"({' OR '.join(either)})")
        values += [json.dumps(named)] if named else []
    if where.name:
        parts.append("EXISTS (SELECT 1 FROM name n WHERE n.picture_id = p.id AND instr(n.folded, ?) > 0)")
        values.append(folded(where.name))
    if where.taken_from:
        parts.append("p.taken_at >= ?")
        values.append(where.taken_from.isoformat())
    if where.taken_to:
        # taken_at carries a time of day, so the whole last day sorts before "<day>U".
        parts.append("p.taken_at < ?")
        values.append(where.taken_to.isoformat() + "U")
    if where.favourites:
        parts.append("p.favourite")
    return " AND ".join(parts), values


def _picture(row: tuple[object, ...], names: list[str]) -> Picture:
    taken_at, added_at = row[9], row[10]
    return Picture(
        id=int(str(row[0])),
        sha256=str(row[1]),
        name=str(row[2]),
        names=tuple(names) or (str(row[2]),),
        label=None if row[3] is None else str(row[3]),
        caption=None if row[4] is None else str(row[4]),
        width=int(str(row[5])),
        height=int(str(row[6])),
        format=str(row[7]),
        bytes=int(str(row[8])),
        taken_at=None if taken_at is None else datetime.fromisoformat(str(taken_at)),
        added_at=datetime.fromisoformat(str(added_at)),
        kept=bool(row[11]),
        favourite=bool(row[12]),
    )
