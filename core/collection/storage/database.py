"""Connections to a catalogue, with plain messages for a full or failing disk, a lock, a damaged page."""

import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from ...disk_errors import explain
from ...errors import CollectionError

T = TypeVar("T")
_WAIT_S = 30.0
"""How long a statement waits for another process's transaction."""


def _told(connection: sqlite3.Connection, work: Callable[..., T], *args: Any) -> T:
    try:
        return work(*args)
    except sqlite3.DatabaseError as error:
        known = explain(error, getattr(connection, "what", "the collection"))
        if known is None:
            raise
        raise known from error


class _Cursor(sqlite3.Cursor):
    def execute(self, *args: Any) -> "_Cursor":
        return _told(self.connection, super().execute, *args)

    def executemany(self, *args: Any) -> "_Cursor":
        return _told(self.connection, super().executemany, *args)

    def fetchone(self) -> Any:
        return _told(self.connection, super().fetchone)

    def fetchall(self) -> list[Any]:
        return _told(self.connection, super().fetchall)

    def __next__(self) -> Any:
        try:
            return super().__next__()
        except sqlite3.DatabaseError as error:
            known = explain(error, getattr(self.connection, "what", "the collection"))
            if known is None:
                raise
            raise known from error


class _Connection(sqlite3.Connection):
    what = "the collection"

    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)

    def execute(self, *args: Any) -> Any:
        return self.cursor().execute(*args)

    def executemany(self, *args: Any) -> Any:
        return self.cursor().executemany(*args)

    def commit(self) -> None:
        _told(self, super().commit)


def is_writable(path: Path) -> bool:
    """Whether this process may change the catalogue at `path`, and create SQLite's other files beside it."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK | os.X_OK)


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open the catalogue at `path`, which must exist; with `read_only` no file is created beside it.

    Raises:
        CollectionError: it is missing, damaged, locked, or not readable.
    """
    if not path.is_file():
        raise CollectionError(
            f"There is no collection at {path.parent}: its catalogue is missing, or was deleted meanwhile."
        )
    if not read_only:
        connection = _open(path, "mode=rw")
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            with suppress(CollectionError):  # another process has it open: it works without this as well
                connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection
    wal = path.with_name(path.name + "-wal")
    unsaved = wal.is_file() and wal.stat().st_size > 0
    # Without a log the file alone is complete, and “immutable” keeps SQLite from creating files beside it.
    return _open(path, "mode=ro" if unsaved else "mode=ro&immutable=1")


def create(path: Path) -> sqlite3.Connection:
    """Create an empty catalogue, accessible only to its owner, and open it.

    Raises:
        CollectionError: it cannot be created.
        FileExistsError: there is one.
    """
    # SQLite gives the files that it creates beside this one the same mode.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    return connect(path)


def _open(path: Path, how: str) -> sqlite3.Connection:
    # check_same_thread: each thread uses its own, but any thread may drop a dead one's.
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}",
        uri=True,
        timeout=_WAIT_S,
        isolation_level=None,
        check_same_thread=False,
        factory=_Connection,
    )
    connection.what = f"“{path.parent.name}”"
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def statements(script: str) -> Sequence[str]:
    """Split an SQL script into statements; `executescript` would commit first."""
    found, part = [], ""
    for piece in script.split(";"):
        part += piece + ";"
        if sqlite3.complete_statement(part):
            found += [part] if part.strip() != ";" else []
            part = ""
    if part.strip(" \n;"):
        raise ValueError(f"not a whole statement: {part}")
    return found
