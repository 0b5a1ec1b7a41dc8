"""What an addition writes into the catalogue, and asks of it."""

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
    """A picture as it is first written down; sizes in pixels and bytes."""

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
    """A picture that the catalogue knows already; `kept` where the collection has a copy of its file."""

    id: int
    kept: bool


def named(catalogue: Catalogue, sha256: str) -> bool:
    """Whether the catalogue names a picture of these bytes, also one in the trash."""
    return find(catalogue, sha256) is not None


def find(catalogue: Catalogue, sha256: str) -> Known | None:
    """The picture of these bytes: those it was added with, or those its file had later."""
    row = catalogue.execute(
        "SELECT id, kept FROM picture WHERE sha256 = ?1 UNION ALL "
        "SELECT p.id, p.kept FROM content c JOIN picture p ON p.id = c.picture_id WHERE c.sha256 = ?1",
        (sha256,),
    ).fetchone()
    return None if row is None else Known(row[0], bool(row[1]))


def contents(catalogue: Catalogue, picture_id: int) -> list[str]:
    """The byte hashes that are this picture, what its file held last first; empty for an unknown picture."""
    rows = catalogue.execute(
        "SELECT sha256 FROM (SELECT sha256, rowid AS at FROM content WHERE picture_id = ?1 "
        "UNION ALL SELECT sha256, 0 FROM picture WHERE id = ?1) ORDER BY at DESC",
        (picture_id,),
    )
    return [row[0] for row in rows]


def unchanged(catalogue: Catalogue, candidate: Candidate) -> Known | None:
    """The picture that this file was when it was last read, if it has not been written since."""
    if candidate.path is None:
        return None
    row = catalogue.execute(
        "SELECT p.id, p.kept FROM name n JOIN picture p ON p.id = n.picture_id "
        "WHERE n.path = ? AND n.bytes = ? AND n.mtime_ns = ?",
        (os.fsencode(candidate.path), candidate.size, candidate.mtime_ns),
    ).fetchone()
    return None if row is None else Known(row[0], bool(row[1]))


def reverted(catalogue: Catalogue, picture_id: int, sha256: str, candidate: Candidate) -> bool:
    """Whether a file of this picture holds the metadata again that it held before the last change."""
    return bound(catalogue, picture_id, candidate) and contents(catalogue, picture_id)[0] != sha256


def rewritten(
    catalogue: Catalogue, candidate: Candidate, record: Record, looks_like: Callable[[str], bool]
) -> Known | None:
    """The picture at the candidate's path before, if only its metadata was changed since.

    Pictures that an older program added have no pixel hash. For those an equal format, size and thumbnail at
    the same path have to do; `looks_like` compares with the thumbnail of a content hash.
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
    """A picture of the same pixels none of whose files is where it was: this file is that one, then.

    Moving a file and writing a keyword into it between two additions must not part it from its label. A copy
    beside the first file is another picture.
    """
    rows = catalogue.execute(
        "SELECT id, kept FROM picture WHERE pixel_hash = ? AND NOT trashed ORDER BY id", (record.pixel_hash,)
    ).fetchall()
    unkept = (Known(row[0], bool(row[1])) for row in rows if candidate.path is not None or not row[1])
    return next((known for known in unkept if not _anchored(catalogue, known)), None)


def _anchored(catalogue: Catalogue, known: Known) -> bool:
    """Whether one of the picture's files is where and as it was, or the only one is in the collection."""
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
            return True  # no way to tell
        if (status.st_size, status.st_mtime_ns) == (size, mtime_ns):
            return True
    return False


def bound(catalogue: Catalogue, picture_id: int, candidate: Candidate) -> bool:
    """Whether the candidate's path is known to be this picture."""
    return (
        candidate.path is not None
        and catalogue.execute(
            "SELECT 1 FROM name WHERE path = ? AND picture_id = ?", (os.fsencode(candidate.path), picture_id)
        ).fetchone()
        is not None
    )


def rewrite(tx: sqlite3.Connection, picture_id: int, record: Record) -> bool:
    """Note that the file of a picture holds other metadata now, and so other bytes.

    Returns whether it is so: not if these bytes have become a picture of their own meanwhile.
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
    """Write a new picture down, brought by this addition; returns its id."""
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
    # What the path was before is noted: whether that picture is elsewhere is known when the folder was seen.
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
    """Note that a file of the picture was met, with its name and label; `copied`: its bytes are kept now.

    Returns None for a picture in the trash, where it stays; else how many (0 or 1) are in sight again.
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


def meet_again(catalogue: Catalogue, found: Sequence[tuple[int, Candidate]], rank: int) -> int:
    """Files that need no reading: they are there, and a CSV may have come after them.

    Returns how many of their pictures had been out of sight because their files were gone.
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
