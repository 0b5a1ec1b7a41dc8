"""Detection of missing files and lost pictures, once a whole folder has been scanned. During an addition a
path may be found with other bytes than before.

That does not mean that its former picture is lost: files are renumbered, swapped and moved, and the picture
may be found later under another name. So an addition only records the former picture of a path
(`former_path`), and the decision is made here, at the end of a complete scan of the folder. A cancelled or
killed run decides nothing; the next complete one does.
"""

import os
import posixpath
import sqlite3
from array import array
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .. import visibility
from ..safe_names import display_name
from ..storage.catalogue import Catalogue
from ..types import LostReason
from .inheritance import inherit

_BATCH = 10_000


class SeenFiles:
    """The files found by a scan of `folder`, as 64-bit hashes: a million of them take 8 MB."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._hashes = array("q")

    def add(self, path: Path) -> None:
        """Record a file."""
        self._hashes.append(hash(os.fsencode(path)))

    def __len__(self) -> int:
        return len(self._hashes)

    def sorted_hashes(self) -> NDArray[np.int64]:
        """Return the hashes of all recorded files, ascending."""
        return np.sort(np.frombuffer(self._hashes, np.int64))


def _unseen(paths: list[bytes], met: NDArray[np.int64]) -> Iterator[bytes]:
    """Return those of `paths` whose hash is not in `met`, which is ascending and not empty."""
    hashes = np.fromiter(map(hash, paths), np.int64, len(paths))
    found = met[np.searchsorted(met, hashes).clip(max=len(met) - 1)] == hashes
    return (path for path, was_met in zip(paths, found, strict=True) if not was_met)


@dataclass(frozen=True)
class FolderChanges:
    """The result of a complete scan.

    Attributes:
        lost: number of pictures that were hidden.
        unclear: number of names known from a folder in which no file was found. Then nothing is decided,
            because its drive may not be connected.
    """

    lost: int = 0
    unclear: int = 0


def decide(catalogue: Catalogue, seen: SeenFiles, *, folder_labels: bool) -> FolderChanges:
    """Remove the names of files missing from the folder, and hide pictures that have no file left.

    A picture with a remaining file takes its name, and if `folder_labels` is set, also a label that came from
    a folder; labels from a CSV or given by hand stay. A picture without any file, and without a copy in the
    collection, is hidden and keeps its last known path, its label and its verdicts.

    The caller holds the collection's lock, and the scan has found every file below the folder that can be
    listed.
    """
    if not seen.folder.is_dir():
        return FolderChanges()
    first, after = _range(seen.folder)
    if not len(seen):
        (names,) = catalogue.execute(
            "SELECT count(*) FROM name WHERE path >= ? AND path < ?", (first, after)
        ).fetchone()
        return FolderChanges(unclear=names)
    gone = dict(_gone(catalogue, seen, first, after))
    displaced = catalogue.execute(
        "SELECT picture_id FROM former_path WHERE path >= ? AND path < ?", (first, after)
    ).fetchall()
    changed = {*gone.values(), *(row[0] for row in displaced)}
    if not changed:
        return FolderChanges()
    with catalogue.transaction() as tx:
        return FolderChanges(lost=sum(_settle(tx, i, gone.keys(), folder_labels) for i in sorted(changed)))


def _range(folder: Path) -> tuple[bytes, bytes]:
    """Return the paths below a folder as a half-open range of byte strings."""
    slash = os.fsencode(os.sep)
    start = os.fsencode(folder).rstrip(slash)
    return start + slash, start + bytes([slash[0] + 1])


def _gone(catalogue: Catalogue, seen: SeenFiles, first: bytes, after: bytes) -> Iterator[tuple[bytes, int]]:
    """Find the known paths below the folder whose file is missing, with the picture of each."""
    rows = catalogue.execute("SELECT path, picture_id FROM name WHERE path >= ? AND path < ?", (first, after))
    met = seen.sorted_hashes()
    while batch := rows.fetchmany(_BATCH):
        picture_at = dict(batch)
        for path in _unseen(list(picture_at), met):
            if not _exists(path):
                yield path, picture_at[path]


def _exists(path: bytes) -> bool:
    """Whether a path exists, or cannot be checked."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True  # a missing drive or permission is not proof
    return True


def _settle(tx: sqlite3.Connection, picture_id: int, gone: Collection[bytes], folder_labels: bool) -> int:
    """Decide about one picture that is missing at some path; returns 1 if it was hidden."""
    names = tx.execute(
        "SELECT name, path FROM name WHERE picture_id = ? AND path IS NOT NULL ORDER BY rowid", (picture_id,)
    ).fetchall()
    present = [(name, path) for name, path in names if path not in gone and _exists(path)]
    kept, name, label, rank = tx.execute(
        "SELECT kept, name, label, label_rank FROM picture WHERE id = ?", (picture_id,)
    ).fetchone()
    if present or kept:
        tx.execute("DELETE FROM former_path WHERE picture_id = ?", (picture_id,))
    if present:
        tx.executemany("DELETE FROM name WHERE path = ?", ((path,) for _, path in names if path in gone))
        every = [
            row[0]
            for row in tx.execute("SELECT name FROM name WHERE picture_id = ? ORDER BY rowid", (picture_id,))
        ]
        if name not in every:
            tx.execute("UPDATE picture SET name = ? WHERE id = ?", (present[0][0], picture_id))
        if folder_labels and rank == 1 and label not in {f for one in present for f in _folders(*one)}:
            now = _folder(present[0][0])
            tx.execute(
                "UPDATE picture SET label = ?, label_rank = ? WHERE id = ?",
                (now, 0 if now is None else 1, picture_id),
            )
        return 0
    if kept:
        return 0
    reason: LostReason = "missing" if names else "overwritten"
    return lose(tx, picture_id, reason)


def lose(tx: sqlite3.Connection, picture_id: int, reason: LostReason) -> int:
    """Hide a picture because its file is missing; returns 1 if it was visible until now.

    Its labels and verdicts are transferred to another picture of equal pixels, or else to one that differs
    only in the orientation noted in the file, as after rotating a photo in a viewer.
    """
    twin = tx.execute(
        "SELECT t.id FROM picture p JOIN picture t "
        "ON coalesce(t.stored_hash, t.pixel_hash) = coalesce(p.stored_hash, p.pixel_hash) AND t.id <> p.id "
        "WHERE p.id = ? AND p.removed_at IS NULL AND t.removed_at IS NULL "
        "ORDER BY t.pixel_hash <> p.pixel_hash, t.id",
        (picture_id,),
    ).fetchone()
    if twin is not None:
        inherit(tx, twin[0], picture_id)
    return visibility.lose(tx, picture_id, reason)


def _folders(name: str, path: bytes) -> set[str | None]:
    """Return the folders from which a file's label may have come: of its name, and of its path."""
    return {_folder(name), _folder(display_name(os.fsdecode(path)))}


def _folder(name: str) -> str | None:
    return posixpath.basename(posixpath.dirname(name)) or None
