"""Which names are gone and which pictures have lost their file: decided when a whole folder has been seen.

During an addition a path may be met with other bytes than before. That says nothing about the picture it used
to be: files are renumbered, swapped and moved, and the picture may come later under another name. So an
addition only notes what a path was before (`former_path`), and the questions are answered here, at the end of
a complete run over the folder. A run that was cancelled or killed decides nothing; the next whole one does.
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
    """The files that a run over `folder` has met, as 64-bit hashes: a million of them take 8 MB."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._hashes = array("q")

    def add(self, path: Path) -> None:
        """Note that the file was met."""
        self._hashes.append(hash(os.fsencode(path)))

    def __len__(self) -> int:
        return len(self._hashes)

    def sorted_hashes(self) -> NDArray[np.int64]:
        """The hashes of all files that were met, ascending."""
        return np.sort(np.frombuffer(self._hashes, np.int64))


def _unseen(paths: list[bytes], met: NDArray[np.int64]) -> Iterator[bytes]:
    """Those of `paths` whose hash is not among `met`, which is ascending and not empty."""
    hashes = np.fromiter(map(hash, paths), np.int64, len(paths))
    found = met[np.searchsorted(met, hashes).clip(max=len(met) - 1)] == hashes
    return (path for path, was_met in zip(paths, found, strict=True) if not was_met)


@dataclass(frozen=True)
class FolderChanges:
    """What a complete run found out.

    Attributes:
        lost: pictures that went out of sight.
        unclear: names known from a folder in which no file was found at all. Then nothing is decided, because
            the drive that it is on may not be connected.
    """

    lost: int = 0
    unclear: int = 0


def decide(catalogue: Catalogue, seen: SeenFiles, *, folder_labels: bool) -> FolderChanges:
    """Drop the names of files that are gone from the folder, and note which pictures have no file left.

    A picture that is left with a file takes its name, and where `folder_labels` is set a label that came from
    a folder follows too; labels from a CSV or a person stay. One without any file, and without a copy in the
    collection, goes out of sight and keeps its last known path, its label and all that was said of it.

    The caller holds the collection's lock, and the run has met every file below the folder that can be
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
    """The paths below a folder, as a half-open range of byte strings."""
    slash = os.fsencode(os.sep)
    start = os.fsencode(folder).rstrip(slash)
    return start + slash, start + bytes([slash[0] + 1])


def _gone(catalogue: Catalogue, seen: SeenFiles, first: bytes, after: bytes) -> Iterator[tuple[bytes, int]]:
    """The known paths below the folder at which there is no file any more, with the picture of each."""
    rows = catalogue.execute("SELECT path, picture_id FROM name WHERE path >= ? AND path < ?", (first, after))
    met = seen.sorted_hashes()
    while batch := rows.fetchmany(_BATCH):
        picture_at = dict(batch)
        for path in _unseen(list(picture_at), met):
            if not _exists(path):
                yield path, picture_at[path]


def _exists(path: bytes) -> bool:
    """Whether there is something at a path, or no way to tell."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True  # a drive or a permission in the way is no proof
    return True


def _settle(tx: sqlite3.Connection, picture_id: int, gone: Collection[bytes], folder_labels: bool) -> int:
    """Decide about one picture that is missing at some path; returns 1 if it went out of sight."""
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
    """Put a picture out of sight because its file is gone; returns 1 if it was in sight until now.

    Another one of equal pixels takes over what a person said of it, or else one that differs from it only in
    the orientation that the file notes: that is what turning a photo in a viewer does.
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
    """The folders that a file's label may have come from: of its name, and of its path."""
    return {_folder(name), _folder(display_name(os.fsdecode(path)))}


def _folder(name: str) -> str | None:
    return posixpath.basename(posixpath.dirname(name)) or None
