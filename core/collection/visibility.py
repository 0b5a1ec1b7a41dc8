"""Visibility of pictures: hidden because they are in the trash, or because their file is missing, or both.
Searches and lists only check ``picture.removed_at IS NULL``.

`trashed` and `lost` are the reasons, and only the functions here change the three, so that the reasons are
independent.
"""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime

from .types import LostReason


def trash(tx: sqlite3.Connection, ids: Iterable[int]) -> int:
    """Move pictures to the trash, including those with a missing file; returns how many were not in it."""
    return _each(
        tx,
        "UPDATE picture SET trashed = 1, removed_at = ? WHERE id = ? AND NOT trashed",
        ((_now(), i) for i in ids),
    )


def restore(tx: sqlite3.Connection, ids: Iterable[int]) -> int:
    """Restore pictures from the trash; returns how many were in it. Those with a missing file stay hidden."""
    return _each(
        tx,
        "UPDATE picture SET trashed = 0, removed_at = CASE WHEN lost IS NULL THEN NULL ELSE removed_at END "
        "WHERE id = ? AND trashed",
        ((i,) for i in ids),
    )


def lose(tx: sqlite3.Connection, picture_id: int, reason: LostReason) -> int:
    """Record that the file of a picture is missing; returns 1 if the picture was visible until now."""
    (seen,) = tx.execute("SELECT removed_at IS NULL FROM picture WHERE id = ?", (picture_id,)).fetchone()
    tx.execute(
        "UPDATE picture SET lost = ?, removed_at = coalesce(removed_at, ?) WHERE id = ?",
        (reason, _now(), picture_id),
    )
    return int(seen)


def find_again(tx: sqlite3.Connection, ids: Iterable[int]) -> int:
    """Record that the files of these pictures were found; returns how many had been missing and are visible
    now.

    Pictures in the trash stay there.
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
