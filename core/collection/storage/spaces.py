"""The spaces of a collection: its vectors by encoder and picture."""

import json
import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ...embedding.base import Encoder
from ...errors import CollectionError
from ...private_files import make_private_folder
from ...stored import decoding
from .catalogue import Catalogue
from .checked_files import CheckedFiles
from .space_types import Census, Space, VectorRows, WrittenRows
from .vector_file import FloatArray, VectorFile, checksums

T = TypeVar("T")

_COLUMNS = "id, encoder, fingerprint, dim, file"
_READ_ROWS = 50_000
"""Rows that a full check holds at a time: up to 260 MB at 1,296 dimensions."""


class Spaces:
    """The table of spaces, and the vector file of each.

    Vectors that are not usable (`core.collection.storage.checked_files`) are left out of every result;
    `Collection.repair` rebuilds them.
    """

    def __init__(self, root: Path, catalogue: Catalogue) -> None:
        self._name = root.name
        self._folder = root / "vectors"
        self._catalogue = catalogue
        self._files = CheckedFiles(self._folder)
        self._counted: dict[int, tuple[tuple[int, str, int, int], int]] = {}

    def all(self) -> list[Space]:
        """List all spaces, oldest first."""
        rows = self._catalogue.execute(f"SELECT {_COLUMNS} FROM space ORDER BY id")  # noqa: S608
        return [Space(*row) for row in rows.fetchall()]

    def of(self, encoder: str) -> Space | None:
        """Return the space of the encoder with this name, or None."""
        row = self._catalogue.execute(
            f"SELECT {_COLUMNS} FROM space WHERE id = "  # noqa: S608
            "(SELECT space_id FROM space_name WHERE encoder = ?)",
            (encoder,),
        ).fetchone()
        return None if row is None else Space(*row)

    def make(self, name: str, encoder: Encoder) -> Space:
        """Return the space for `encoder`, named `name` from now on; creates one if necessary.

        Two names of one model share a space, and an earlier version of an encoder keeps its vectors.
        """
        known = {space.fingerprint for space in self.all()}
        if encoder.fingerprint not in known:  # a deleted space left a file of this name behind
            (self._folder / f"{encoder.fingerprint[:32]}.f32").unlink(missing_ok=True)
        with self._catalogue.transaction() as tx:
            tx.execute(
                "INSERT OR IGNORE INTO space (encoder, fingerprint, dim, file) VALUES (?, ?, ?, ?)",
                (name, encoder.fingerprint, encoder.dim, f"{encoder.fingerprint[:32]}.f32"),
            )
            row = tx.execute(
                f"SELECT {_COLUMNS} FROM space WHERE fingerprint = ?",  # noqa: S608
                (encoder.fingerprint,),
            ).fetchone()
            tx.execute("INSERT OR REPLACE INTO space_name VALUES (?, ?)", (name, row[0]))
        return Space(*row)

    def drop_file(self, space: Space) -> None:
        """Delete the vectors of a space that the catalogue no longer names."""
        (self._folder / space.file).unlink(missing_ok=True)

    @property
    def folder(self) -> Path:
        """The folder of the vector files."""
        return self._folder

    def file(self, space: Space) -> VectorFile:
        """Return the file with the vectors of `space`."""
        return self._files.file(space)

    def _steady(self, space: Space, read: Callable[[Space], T]) -> T:
        """What `read` finds in the space's file; again where a compaction has put another in its place.

        Row numbers belong to one file, and both are read one after the other.
        """
        while True:
            now = self._now(space)
            try:
                found = read(now)
            except (CollectionError, OSError, ValueError):
                if self._now(space) == now:
                    raise
                continue
            if self._now(space) == now:
                return found

    def _now(self, space: Space) -> Space:
        """Return the space with its current file."""
        row = self._catalogue.execute("SELECT file FROM space WHERE id = ?", (space.id,)).fetchone()
        return space if row is None else replace(space, file=row[0])

    def write(self, space: Space, vectors: FloatArray, norms: FloatArray | None = None) -> WrittenRows:
        """Append vectors, ``(N, dim)``, after the committed rows; the caller holds the collection's lock.

        `norms` ``(N,)`` are their norms before normalisation; NaN or None if unknown.
        """
        first, name = self._catalogue.execute(
            "SELECT rows, file FROM space WHERE id = ?", (space.id,)
        ).fetchone()
        make_private_folder(self._folder)
        self.file(replace(space, file=name)).write(first, vectors)
        known = np.full(len(vectors), np.nan, np.float32) if norms is None else norms
        return WrittenRows(space, first, checksums(vectors), known)

    def rows(self, space: Space, after_row: int, most: int = -1) -> VectorRows:
        """Return the usable vectors of `space` after `after_row`; `most` limits the number of rows read."""
        return self._steady(space, lambda now: self._rows(now, after_row, most))

    def _rows(self, space: Space, after_row: int, most: int) -> VectorRows:
        found = self._catalogue.execute(
            "SELECT row, picture_id, coalesce(checksum, -1) FROM vector WHERE space_id = ? AND row > ? "
            "ORDER BY row LIMIT ?",
            (space.id, after_row, most),
        ).fetchall()
        if not found:
            return VectorRows(np.empty(0, np.int64), np.empty((0, space.dim), np.float32), after_row)
        with decoding(self._catalogue.damaged):
            table = np.array(found, dtype=np.int64)
        last = int(table[-1, 0])
        vectors, sound = self._files.read(space, table)
        self._files.note_read(space, after_row, last)
        return VectorRows(table[sound, 1], vectors, last, len(table) - len(vectors))

    def ids(self, space: Space) -> NDArray[np.int64]:
        """Return the ids of all pictures that have a vector in `space`, in the order of their rows."""
        return self._steady(space, self._ids)

    def _ids(self, space: Space) -> NDArray[np.int64]:
        clause, values = self._files.usable(space)
        found = self._catalogue.execute(
            f"SELECT picture_id FROM vector WHERE space_id = ? {clause} ORDER BY row",  # noqa: S608
            (space.id, *values),
        ).fetchall()
        with decoding(self._catalogue.damaged):
            return np.fromiter((row[0] for row in found), np.int64, len(found))

    def count(self, space: Space, after_row: int) -> int:
        """Count the vectors of `space` after `after_row`."""
        return self._steady(space, lambda now: self._count(now, after_row))

    def _count(self, space: Space, after_row: int) -> int:
        clause, values = self._files.usable(space)
        found = self._catalogue.execute(
            f"SELECT count(*) FROM vector WHERE space_id = ? AND row > ? {clause}",  # noqa: S608
            (space.id, after_row, *values),
        )
        return int(found.fetchone()[0])

    def census(self, space: Space, up_to_id: int) -> Census:
        """Count the vectors of pictures with ids up to `up_to_id`, without reading them one by one."""
        return self._steady(space, lambda now: self._census(now, up_to_id))

    def _census(self, space: Space, up_to_id: int) -> Census:
        clause, values = self._files.usable(space)
        count, total, last = self._catalogue.execute(
            "SELECT count(*), coalesce(sum(picture_id), 0), coalesce(max(row), -1) "  # noqa: S608
            f"FROM vector WHERE picture_id <= ? AND space_id = ? {clause}",
            (up_to_id, space.id, *values),
        ).fetchone()
        (rows,) = self._catalogue.execute(
            f"SELECT count(*) FROM vector WHERE space_id = ? AND row <= ? {clause}",  # noqa: S608
            (space.id, last, *values),
        ).fetchone()
        return Census(count, total, last, rows == count)

    def sound_vectors(self, space: Space, ids: Sequence[int]) -> tuple[NDArray[np.int64], FloatArray]:
        """Return those of `ids` that have a usable vector, ``(M,)`` in this order, and the vectors, ``(M,
        dim)``.

        The rows and the name of their file are read by one statement; only if something is missing is it
        checked whether a compaction has replaced the file.
        """
        while True:
            rows, at = self._rows_of(space, ids)
            with decoding(self._catalogue.damaged):
                table = np.array([rows[i] for i in ids if i in rows], np.int64).reshape(-1, 3)
            try:
                vectors, sound = self._files.read(at, table)
            except (CollectionError, OSError, ValueError):
                if self._now(space) == at:
                    raise
                continue
            if sound.all() or self._now(space) == at:
                return table[sound, 1], np.asarray(vectors, np.float32)

    def vectors_of(self, space: Space, ids: Sequence[int]) -> FloatArray:
        """Return the vectors of these pictures, shape ``(len(ids), dim)``, in this order.

        Raises:
            CollectionError: one of them has none, or a damaged one.
        """
        found, vectors = self.sound_vectors(space, ids)
        if len(found) == len(ids):
            return vectors
        lost = next(i for i in ids if i not in set(found.tolist()))
        if lost in self._rows_of(space, [lost])[0]:
            raise CollectionError(self.advice(1))
        raise CollectionError(f"There is no picture {lost} here; it may have been deleted.")

    def damaged(self, space: Space, version: int) -> int:
        """Count the vectors known to be unusable, without reading the others; counted once per version."""
        seen = (version, space.file, self.file(space).rows(), len(self._files.bad(space)))
        counted = self._counted.get(space.id)
        if counted is None or counted[0] != seen:
            counted = self._counted[space.id] = (seen, self._steady(space, self._count_damaged))
        return counted[1]

    def _count_damaged(self, space: Space) -> int:
        bad = self._files.bad(space)
        missing = self._catalogue.execute(
            "SELECT count(*) FROM vector WHERE space_id = ?1 AND row >= ?2",
            (space.id, self.file(space).rows()),
        ).fetchone()[0]
        return int(missing) + (self._count_rows(space, bad) if bad else 0)

    def find_damage(self, space: Space) -> list[int]:
        """Return the ids of all pictures whose vectors are not usable; reads the whole file again."""
        self._files.forget(self._now(space))
        part = self.rows(space, -1, _READ_ROWS)
        while len(part.ids) + part.damaged == _READ_ROWS:
            part = self.rows(space, part.last_row, _READ_ROWS)
        every = self._catalogue.execute("SELECT picture_id FROM vector WHERE space_id = ?", (space.id,))
        return sorted({row[0] for row in every} - set(self.ids(space).tolist()))

    def forget(self, space: Space, ids: Sequence[int]) -> None:
        """Remove the vectors of these pictures from the catalogue."""
        if ids:
            with self._catalogue.transaction() as tx:
                tx.executemany(
                    "DELETE FROM vector WHERE space_id = ? AND picture_id = ?", [(space.id, i) for i in ids]
                )

    def add_checksums(self, space: Space) -> None:
        """Store the checksums of usable vectors that were written without one."""
        last = -1
        while True:
            found = self._catalogue.execute(
                "SELECT row, picture_id, -1 FROM vector WHERE space_id = ? AND checksum IS NULL AND row > ? "
                "ORDER BY row LIMIT ?",
                (space.id, last, _READ_ROWS),
            ).fetchall()
            if not found:
                return
            table = np.array(found, np.int64)
            vectors, sound = self._files.read(space, table)
            sums = checksums(vectors).tolist()
            with self._catalogue.transaction() as tx:
                tx.executemany(
                    "UPDATE vector SET checksum = ? WHERE space_id = ? AND row = ?",
                    [(one, space.id, row) for one, row in zip(sums, table[sound, 0].tolist(), strict=True)],
                )
            last = int(table[-1, 0])

    def advice(self, damaged: int) -> str:
        """Build the message for the user about this many damaged vectors."""
        what = "One picture of" if damaged == 1 else f"{damaged:,} pictures of"
        return (
            f"{what} “{self._name}” cannot be found, because their vectors are damaged or missing on disk. "
            f"Embed them again: python -m core repair {shlex.quote(self._name)}"
        )

    def _count_rows(self, space: Space, rows: Sequence[int]) -> int:
        found = self._catalogue.execute(
            "SELECT count(*) FROM vector WHERE space_id = ? AND row IN (SELECT value FROM json_each(?))",
            (space.id, json.dumps(rows)),
        )
        return int(found.fetchone()[0])

    def _rows_of(self, space: Space, ids: Iterable[int]) -> tuple[dict[int, tuple[int, int, int]], Space]:
        """Return row, picture and checksum by picture, and the space with the file of the rows."""
        found = self._catalogue.execute(
            "SELECT row, picture_id, coalesce(checksum, -1), (SELECT file FROM space WHERE id = ?1) "
            "FROM vector WHERE space_id = ?1 AND picture_id IN (SELECT value FROM json_each(?2))",
            (space.id, json.dumps([int(i) for i in ids])),
        ).fetchall()
        return {row[1]: row[:3] for row in found}, replace(space, file=found[0][3]) if found else space
