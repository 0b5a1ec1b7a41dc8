"""What an addition writes into the catalogue, and asks of it."""

import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from core.collection.catalogue import Catalogue
from core.collection.names import folded
from core.collection.sources import Candidate


@dataclass(frozen=True)
class Record:
    """A picture as it is first written down; sizes in pixels and bytes."""

    name: str
    sha256: str
    format: str
    width: int
    height: int
    bytes: int
    taken_at: datetime | None
    pixel_hash: str | None = None


def named(catalogue: Catalogue, sha256: str) -> bool:
    """Whether the catalogue names a picture of this hash, be it in the bin."""
    return catalogue.execute("SELECT 1 FROM picture WHERE sha256 = ?", (sha256,)).fetchone() is not None


def unchanged(catalogue: Catalogue, candidate: Candidate) -> int | None:
    """The picture that this file was when it was last read, if it has not been written since."""
    if candidate.path is None:
        return None
    row = catalogue.execute(
        "SELECT picture_id FROM name WHERE path = ? AND bytes = ? AND mtime_ns = ?",
        (os.fsencode(candidate.path), candidate.size, candidate.mtime_ns),
    ).fetchone()
    return None if row is None else int(row[0])


def insert(tx: sqlite3.Connection, record: Record, keep: bool) -> int:
    """Write a new picture down; returns its id."""
    cursor = tx.execute(
        "INSERT INTO picture "
        "(sha256, name, format, width, height, bytes, taken_at, added_at, kept, pixel_hash) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            record.sha256,
            record.name,
            record.format,
            record.width,
            record.height,
            record.bytes,
            None if record.taken_at is None else record.taken_at.isoformat(),
            datetime.now(UTC).isoformat(timespec="seconds"),
            int(keep),
            record.pixel_hash,
        ),
    )
    assert cursor.lastrowid is not None  # noqa: S101 - an INSERT has one
    return cursor.lastrowid


def add_name(tx: sqlite3.Connection, picture_id: int, candidate: Candidate) -> None:
    """Note that the picture was met under the candidate's name, and where."""
    name, fold = candidate.name, folded(candidate.name)
    if candidate.path is None:
        tx.execute(
            "INSERT INTO name (picture_id, name, folded) SELECT ?, ?, ? WHERE NOT EXISTS "
            # The plus keeps SQLite off the index on path, where every upload is a NULL to be gone through.
            "(SELECT 1 FROM name WHERE picture_id = ? AND name = ? AND +path IS NULL)",
            (picture_id, name, fold, picture_id, name),
        )
        return
    path = os.fsencode(candidate.path)
    before = tx.execute("SELECT picture_id FROM name WHERE path = ?", (path,)).fetchone()
    tx.execute(
        "INSERT INTO name VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET "
        "picture_id = excluded.picture_id, name = excluded.name, folded = excluded.folded, "
        "bytes = excluded.bytes, mtime_ns = excluded.mtime_ns",
        (picture_id, name, fold, path, candidate.size, candidate.mtime_ns),
    )
    if before is not None and before[0] != picture_id:
        # The file was overwritten with another picture. One that was only referenced there is nowhere now.
        tx.execute(
            "UPDATE picture SET removed_at = ?, lost = 'overwritten' WHERE id = ? AND kept = 0 "
            "AND removed_at IS NULL AND NOT EXISTS (SELECT 1 FROM name WHERE picture_id = picture.id)",
            (datetime.now(UTC).isoformat(timespec="seconds"), before[0]),
        )


def give_label(tx: sqlite3.Connection, picture_id: int, candidate: Candidate, rank: int) -> None:
    """Apply the candidate's label and caption.

    A label changes only if what gives it ranks above what gave the last one (nobody 0, folder 1, CSV 2, a
    person 3); a later CSV also overrules an earlier one, but a second folder not the first.
    """
    if candidate.label is not None:
        tx.execute(
            "UPDATE picture SET label = ?, label_rank = ? WHERE id = ? "
            "AND (label_rank < ? OR label_rank = 2 AND ? = 2)",
            (candidate.label, rank, picture_id, rank, rank),
        )
    if candidate.caption is not None:
        tx.execute("UPDATE picture SET caption = ? WHERE id = ?", (candidate.caption, picture_id))


def relabel(catalogue: Catalogue, found: Sequence[tuple[int, Candidate]], rank: int) -> None:
    """Labels for files that need no reading: a CSV may come after the pictures."""
    told = [(i, c) for i, c in found if c.label is not None or c.caption is not None]
    if told:
        with catalogue.transaction() as tx:
            for picture_id, candidate in told:
                give_label(tx, picture_id, candidate, rank)
