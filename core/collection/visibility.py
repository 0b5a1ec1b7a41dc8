"""Why a picture is out of sight: a person put it into the trash, or its file is gone. Both may hold.

Searches and lists ask for ``picture.removed_at IS NULL`` alone. `trashed` and `lost` say why it is set, and
only the functions here change the three, so that each reason ends without the other.
"""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime

from .types import LostReason


def trash(tx: sqlite3.Connection, ids: Iterable[int]) -> int:
    """Put pictures into the trash, also those whose file is gone; returns how many were not in it."""
    return _each(
        tx,
        "UPDATE picture SET trashed = 1, removed_at = ? WHERE id = ? AND NOT trashed",
        ((_now(), i) for i in ids),
    )


def restore(tx: sqlite3.Connection, ids: Iterable[int]) -> int:
    """Take pictures out of the trash; returns how many were in it. Those whose files are gone stay unseen."""
    return _each(
        tx,
        "UPDATE picture SET trashed = 0, removed_at = CASE WHEN lost IS NULL THEN NULL ELSE removed_at END "
        "WHERE id = ? AND trashed",
        ((i,) for i in ids),
    )


def lose(tx: sqlite3.Connection, picture_id: int, reason: LostReason) -> int:
    """Note that the file of a picture is gone; returns 1 if the picture was in sight until now."""
    (seen,) = tx.execute("SELECT removed_at IS NULL FROM picture WHERE id = ?", (picture_id,)).fetchone()
    tx.execute(
        "UPDATE picture SET lost = ?, removed_at = coalesce(removed_at, ?) WHERE id = ?",
        (reason, _now(), picture_id),
    )
    return int(seen)


def find_again(tx: sqlite3.Connection, ids: Iterable[int]) -> int:
    """Note that the files of these pictures are there; returns how many had been gone and are in sight now.

    What a person put into the trash stays there.
    """
    found = 0
    for picture_id in ids:
        cursor = tx.execute(
            "UPDATE picture SET lost = NULL, removed_at = CASE WHEN trashed THEN removed_at END "
            "WHERE id = ? AND lost IS NOT NULL RETURNING removed_at IS NULL",
            (picture_id,),
        )
        found += sum(row[0] for row in cursor.fetchall())
    return found


def _each(tx: sqlite3.Connection, sql: str, rows: Iterable[tuple[object, ...]]) -> int:
    return sum(tx.execute(sql, row).rowcount for row in rows)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
