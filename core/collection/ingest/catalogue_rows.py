"""Queries and updates of the catalogue during an addition."""

import os
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .. import visibility
from ..safe_names import folded
from ..storage.catalogue import Catalogue
from .sources import Candidate


@dataclass(frozen=True)
class Record:
    """The row of a new picture; sizes in pixels and bytes."""

    name: str
    sha256: str
    format: str
    width: int
    height: int
    bytes: int
    taken_at: datetime | None
    pixel_hash: str | None = None
    stored_hash: str | None = None


@dataclass(frozen=True)
class Known:
    """A picture already in the catalogue; `kept` if the collection has a copy of its file."""

    id: int
    kept: bool


def named(catalogue: Catalogue, sha256: str) -> bool:
    """Whether the catalogue has a picture with these bytes, including those in the trash."""
    return find(catalogue, sha256) is not None


def find(catalogue: Catalogue, sha256: str) -> Known | None:
    """Find the picture with these bytes: those it was added with, or those of its file later."""
    row = catalogue.execute(
        "SELECT id, kept FROM picture WHERE sha256 = ?1 UNION ALL "
        "SELECT p.id, p.kept FROM content c JOIN picture p ON p.id = c.picture_id WHERE c.sha256 = ?1",
        (sha256,),
    ).fetchone()
    return None if row is None else Known(row[0], bool(row[1]))


def contents(catalogue: Catalogue, picture_id: int) -> list[str]:
    """Return the content hashes of this picture, the most recent first; empty for an unknown picture."""
    rows = catalogue.execute(
        "SELECT sha256 FROM (SELECT sha256, rowid AS at FROM content WHERE picture_id = ?1 "
        "UNION ALL SELECT sha256, 0 FROM picture WHERE id = ?1) ORDER BY at DESC",
        (picture_id,),
    )
    return [row[0] for row in rows]


def unchanged(catalogue: Catalogue, candidate: Candidate) -> Known | None:
    """Find the picture of this file, if it has not been modified since it was last read."""
    if candidate.path is None:
        return None
    row = catalogue.execute(
        "SELECT p.id, p.kept FROM name n JOIN picture p ON p.id = n.picture_id "
        "WHERE n.path = ? AND n.bytes = ? AND n.mtime_ns = ?",
        (os.fsencode(candidate.path), candidate.size, candidate.mtime_ns),
    ).fetchone()
    return None if row is None else Known(row[0], bool(row[1]))


def reverted(catalogue: Catalogue, picture_id: int, sha256: str, candidate: Candidate) -> bool:
    """Whether a file of this picture has returned to its metadata before the last change."""
    return bound(catalogue, picture_id, candidate) and contents(catalogue, picture_id)[0] != sha256


def rewritten(
    catalogue: Catalogue, candidate: Candidate, record: Record, looks_like: Callable[[str], bool]
) -> Known | None:
    """Find the picture previously at the candidate's path, if only its metadata has changed.

    Pictures added by an older version have no pixel hash; for those an equal format, size and thumbnail at
    the same path suffice; `looks_like` compares with the thumbnail of a content hash.
    """
    if candidate.path is None:
        return None
    row = catalogue.execute(
        "SELECT p.id, p.kept, p.pixel_hash, p.sha256, p.format, p.width, p.height "
        "FROM name n JOIN picture p ON p.id = n.picture_id WHERE n.path = ?",
        (os.fsencode(candidate.path),),
    ).fetchone()
    if row is None:
        return None
    if row[2] is None:
        form = (record.format, record.width, record.height)
        same = tuple(row[4:]) == form and looks_like(row[3])
    else:
        same = row[2] == record.pixel_hash
    return Known(row[0], bool(row[1])) if same else None


def moved(catalogue: Catalogue, candidate: Candidate, record: Record) -> Known | None:
    """Find a picture with the same pixels none of whose files is in place: this file is that picture, moved.

    Moving a file and writing a keyword to it between two additions must not lose its label. A copy beside the
    first file is another picture.
    """
    rows = catalogue.execute(
        "SELECT id, kept FROM picture WHERE pixel_hash = ? AND NOT trashed ORDER BY id", (record.pixel_hash,)
    ).fetchall()
    unkept = (Known(row[0], bool(row[1])) for row in rows if candidate.path is not None or not row[1])
    return next((known for known in unkept if not _anchored(catalogue, known)), None)


def _anchored(catalogue: Catalogue, known: Known) -> bool:
    """Whether one of the picture's files is in place and unchanged, or its only file is kept in the
    collection.
    """
    rows = catalogue.execute(
        "SELECT path, bytes, mtime_ns FROM name WHERE picture_id = ? AND path IS NOT NULL", (known.id,)
    ).fetchall()
    if known.kept and not rows:
        return True
    for path, size, mtime_ns in rows:
        try:
            status = Path(os.fsdecode(path)).stat()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            return True  # unknown
        if (status.st_size, status.st_mtime_ns) == (size, mtime_ns):
            return True
    return False


def bound(catalogue: Catalogue, picture_id: int, candidate: Candidate) -> bool:
    """Whether the candidate's path is recorded for this picture."""
    return (
        candidate.path is not None
        and catalogue.execute(
            "SELECT 1 FROM name WHERE path = ? AND picture_id = ?", (os.fsencode(candidate.path), picture_id)
        ).fetchone()
        is not None
    )


def rewrite(tx: sqlite3.Connection, picture_id: int, record: Record) -> bool:
    """Record that the file of a picture has other metadata now, and so other bytes.

    Returns false if these bytes have become a separate picture meanwhile.
    """
    other = tx.execute(
        "SELECT 1 FROM picture WHERE sha256 = ?1 AND id <> ?2 UNION ALL "
        "SELECT 1 FROM content WHERE sha256 = ?1 AND picture_id <> ?2",
        (record.sha256, picture_id),
    ).fetchone()
    if other is not None:
        return False
    tx.execute(
        "INSERT OR REPLACE INTO content (sha256, picture_id) VALUES (?, ?)", (record.sha256, picture_id)
    )
    tx.execute(
        "UPDATE picture SET bytes = ?, taken_at = ?, pixel_hash = ?, stored_hash = ? WHERE id = ?",
        (record.bytes, _iso(record.taken_at), record.pixel_hash, record.stored_hash, picture_id),
    )
    tx.execute("DELETE FROM place WHERE picture_id = ?", (picture_id,))  # it is looked up again
    return True


def insert(tx: sqlite3.Connection, record: Record, keep: bool, addition_id: int | None = None) -> int:
    """Insert a new picture of this addition; returns its id."""
    cursor = tx.execute(
        "INSERT INTO picture "
        "(sha256, name, format, width, height, bytes, taken_at, added_at, kept, pixel_hash, stored_hash, "
        "addition_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            record.sha256,
            record.name,
            record.format,
            record.width,
            record.height,
            record.bytes,
            _iso(record.taken_at),
            datetime.now(UTC).isoformat(timespec="seconds"),
            int(keep),
            record.pixel_hash,
            record.stored_hash,
            addition_id,
        ),
    )
    assert cursor.lastrowid is not None  # noqa: S101 - an INSERT has one
    return cursor.lastrowid


def add_name(tx: sqlite3.Connection, picture_id: int, candidate: Candidate) -> None:
    """Record the candidate's name and path for the picture."""
    name, fold = candidate.name, folded(candidate.name)
    if candidate.path is None:
        tx.execute(
            "INSERT INTO name (picture_id, name, folded) SELECT ?, ?, ? WHERE NOT EXISTS "
            # The plus keeps SQLite from using the index on path, where every upload is a NULL to scan.
            "(SELECT 1 FROM name WHERE picture_id = ? AND name = ? AND +path IS NULL)",
            (picture_id, name, fold, picture_id, name),
        )
        return
    path = os.fsencode(candidate.path)
    # The path's previous picture is recorded: whether it is elsewhere is known once the folder was scanned.
    tx.execute(
        "INSERT OR IGNORE INTO former_path SELECT path, picture_id FROM name "
        "WHERE path = ? AND picture_id <> ?",
        (path, picture_id),
    )
    tx.execute("DELETE FROM former_path WHERE path = ? AND picture_id = ?", (path, picture_id))
    tx.execute(
        "INSERT INTO name VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET "
        "picture_id = excluded.picture_id, name = excluded.name, folded = excluded.folded, "
        "bytes = excluded.bytes, mtime_ns = excluded.mtime_ns",
        (picture_id, name, fold, path, candidate.size, candidate.mtime_ns),
    )


def meet(
    tx: sqlite3.Connection, picture_id: int, candidate: Candidate, rank: int, *, copied: bool = False
) -> int | None:
    """Record that a file of the picture was found, with its name and label; `copied`: its bytes are now kept.

    Returns None for a picture in the trash, where it stays; else how many (0 or 1) became visible again.
    """
    if copied:
        tx.execute("UPDATE picture SET kept = 1 WHERE id = ?", (picture_id,))
    add_name(tx, picture_id, candidate)
    give_label(tx, picture_id, candidate, rank)
    kept, trashed = tx.execute("SELECT kept, trashed FROM picture WHERE id = ?", (picture_id,)).fetchone()
    back = visibility.find_again(tx, [picture_id]) if kept or candidate.path is not None else 0
    return None if trashed else back


def give_label(tx: sqlite3.Connection, picture_id: int, candidate: Candidate, rank: int) -> None:
    """Apply the candidate's label and caption.

    A label changes only if its source ranks above that of the current one (none 0, folder 1, CSV 2, by hand
    3); a later CSV also overrides an earlier one, but a second folder does not override the first.
    """
    if candidate.label is not None:
        tx.execute(
            "UPDATE picture SET label = ?, label_rank = ? WHERE id = ? "
            "AND (label_rank < ? OR label_rank = 2 AND ? = 2)",
            (candidate.label, rank, picture_id, rank, rank),
        )
    if candidate.caption is not None:
        tx.execute("UPDATE picture SET caption = ? WHERE id = ?", (candidate.caption, picture_id))


def meet_again(catalogue: Catalogue, found: Sequence[tuple[int, Candidate]], rank: int) -> int:
    """Record files that need not be read: they exist, and a CSV may have been added since.

    Returns how many of their pictures had been hidden because their files were missing.
    """
    lost = {
        row[0]
        for row in catalogue.execute(
            "SELECT id FROM picture WHERE removed_at IS NOT NULL AND lost IS NOT NULL"
        )
    }
    told = [(i, c) for i, c in found if c.label is not None or c.caption is not None]
    back = [i for i, _ in found if i in lost]
    if not told and not back:
        return 0
    with catalogue.transaction() as tx:
        for picture_id, candidate in told:
            give_label(tx, picture_id, candidate, rank)
        return visibility.find_again(tx, back)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
