"""Salvage of the readable rows of a damaged catalogue into a sound one; the damaged file is kept beside
it.
"""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..disk_errors import explained
from ..errors import CollectionError
from ..private_files import make_private
from .storage.database import create
from .storage.migrate import make_schema

_ROWS = 1000


@dataclass(frozen=True)
class Salvaged:
    """The result of a salvage: tables that lost rows, how many rows were saved, and where the damaged file is
    "
    "kept."""

    damaged: tuple[str, ...]
    rows: int
    kept: Path


def salvage(path: Path) -> Salvaged:
    """Rebuild the catalogue at `path` from all readable rows.

    Each table is read from its start up to the first unreadable page, and from its end back to the last one;
    rows in between are lost. The file is overwritten in one transaction, so that other processes that have it
    open continue with the new contents, and a killed process leaves the damaged catalogue unchanged.
    The caller holds the collection's lock.

    Raises:
        CollectionError: nothing can be read, the disk is full, or the result is not sound.
    """
    made_at = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    kept = path.with_name(f"catalogue-damaged-{made_at}.sqlite")
    fresh = path.with_name(f"catalogue-new-{os.getpid()}.sqlite")
    with explained(f"“{path.parent.name}”"):
        with closing(sqlite3.connect(path)) as checkpointed, suppress(sqlite3.DatabaseError):
            checkpointed.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(path, kept)
        make_private(kept)
        try:
            with closing(create(fresh)) as sound, closing(sqlite3.connect(path)) as old:
                make_schema(sound)
                damaged, rows = _copy(old, sound)
                left = sound.execute("PRAGMA integrity_check(1)").fetchone()[0]
                if left != "ok" or not rows:
                    raise CollectionError(
                        f"The catalogue of “{path.parent.name}” cannot be repaired ({left}). Restore the "
                        "collection's folder from a backup."
                    )
                sound.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                sound.backup(old)
        finally:
            for ending in ("", "-wal", "-shm"):
                fresh.with_name(fresh.name + ending).unlink(missing_ok=True)
    return Salvaged(damaged, rows, kept)


def _copy(old: sqlite3.Connection, sound: sqlite3.Connection) -> tuple[tuple[str, ...], int]:
    """Copy every table; returns those with unreadable rows, and how many rows were copied."""
    tables = sound.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
    ).fetchall()
    damaged, rows = [], 0
    sound.execute("PRAGMA foreign_keys = OFF")
    sound.execute("BEGIN IMMEDIATE")
    for name, sql in tables:
        whole, count = _copy_table(old, sound, name, "WITHOUT ROWID" in sql)
        rows += count
        damaged += [] if whole else [name]
    with suppress(sqlite3.DatabaseError):
        numbers = old.execute("SELECT name, seq FROM sqlite_sequence").fetchall()
        sound.execute("DELETE FROM sqlite_sequence")
        sound.executemany("INSERT INTO sqlite_sequence VALUES (?, ?)", numbers)
    while torn := sound.execute("PRAGMA foreign_key_check").fetchall():
        for table in {row[0] for row in torn}:
            _drop_torn(sound, table)
    sound.execute("COMMIT")
    return tuple(damaged), rows


def _copy_table(
    old: sqlite3.Connection, sound: sqlite3.Connection, name: str, without_rowid: bool
) -> tuple[bool, int]:
    """Copy one table from both ends; returns whether all of it was readable, and how many rows were
    copied.
    """
    info = sound.execute(f'PRAGMA table_info("{name}")').fetchall()
    columns = [f'"{row[1]}"' for row in info]
    keys = [f'"{row[1]}"' for row in sorted(info, key=lambda row: row[5]) if row[5]]
    if not without_rowid:
        numbered = [row for row in info if row[5]]
        if not (len(numbered) == 1 and str(numbered[0][2]).upper() == "INTEGER"):
            columns.insert(0, "rowid")  # names are in the order in which they came
        keys = ["rowid"]
    listed, marks = ", ".join(columns), ", ".join("?" * len(columns))
    write = f'INSERT OR REPLACE INTO "{name}" ({listed}) VALUES ({marks})'  # noqa: S608 - names of our own schema
    copied, whole = 0, True
    for way in ("ASC", "DESC"):
        order = ", ".join(f"{key} {way}" for key in keys)
        try:
            cursor = old.execute(f'SELECT {listed} FROM "{name}" ORDER BY {order}')  # noqa: S608
            while part := _readable(cursor):
                copied += len(part[0])
                sound.executemany(write, part[0])
                if part[1]:
                    raise sqlite3.DatabaseError
        except sqlite3.DatabaseError:
            whole = False
            continue
        break
    return whole, copied


def _readable(cursor: sqlite3.Cursor) -> tuple[list[tuple[object, ...]], bool] | None:
    """Read the next rows, and whether reading failed after them; None at the end."""
    rows: list[tuple[object, ...]] = []
    try:
        while len(rows) < _ROWS and (row := cursor.fetchone()) is not None:
            rows.append(row)
    except sqlite3.DatabaseError:
        return rows, True
    return (rows, False) if rows else None


def _drop_torn(sound: sqlite3.Connection, table: str) -> None:
    """Delete the rows of a table that refer to lost rows."""
    for _, rowid, parent, number in sound.execute(f'PRAGMA foreign_key_check("{table}")').fetchall():
        if rowid is not None:
            sound.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (rowid,))  # noqa: S608
            continue
        (column,) = (
            row[3]
            for row in sound.execute(f'PRAGMA foreign_key_list("{table}")').fetchall()
            if row[0] == number
        )
        sound.execute(f'DELETE FROM "{table}" WHERE "{column}" NOT IN (SELECT id FROM "{parent}")')  # noqa: S608
        return
