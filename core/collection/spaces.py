"""The spaces of a collection: which vectors there are, under which encoder, of which pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.collection.catalogue import Catalogue
from core.collection.vectors import FloatArray, VectorFile
from core.embedding.encoder import Encoder
from core.errors import CollectionError


@dataclass(frozen=True)
class Space:
    """The vectors of one collection under one encoder fingerprint."""

    id: int
    encoder: str
    fingerprint: str
    dim: int
    file: str


@dataclass(frozen=True)
class VectorRows:
    """Vectors with their pictures: `ids` ``(N,)`` int64, `vectors` ``(N, dim)`` float32, L2-normalised.

    The vectors may be a read-only memory map. `last_row` is the row of the last of them in the space.
    """

    ids: NDArray[np.int64]
    vectors: FloatArray
    last_row: int


@dataclass(frozen=True)
class Census:
    """The vectors of pictures up to some id: how many, the sum of their ids, and the last row among them.

    `dense` says that all rows up to the last one are theirs.
    """

    count: int
    sum_of_ids: int
    last_row: int
    dense: bool


class Spaces:
    """The table of spaces, and the vector file of each."""

    def __init__(self, root: Path, catalogue: Catalogue) -> None:
        self._folder = root / "vectors"
        self._catalogue = catalogue

    def all(self) -> list[Space]:
        """Every space, oldest first."""
        rows = self._catalogue.execute("SELECT id, encoder, fingerprint, dim, file FROM space ORDER BY id")
        return [Space(*row) for row in rows.fetchall()]

    def of(self, encoder: str) -> Space | None:
        """The latest space of this encoder, or None."""
        row = self._catalogue.execute(
            "SELECT id, encoder, fingerprint, dim, file FROM space WHERE encoder = ? ORDER BY id DESC",
            (encoder,),
        ).fetchone()
        return None if row is None else Space(*row)

    def make(self, name: str, encoder: Encoder) -> Space:
        """A new, empty space for `encoder`, which the collection calls `name`."""
        self._folder.mkdir(exist_ok=True)
        file = f"{encoder.fingerprint[:32]}.f32"
        (self._folder / file).unlink(missing_ok=True)  # left behind by a space that was deleted
        with self._catalogue.transaction() as tx:
            cursor = tx.execute(
                "INSERT INTO space (encoder, fingerprint, dim, file) VALUES (?, ?, ?, ?)",
                (name, encoder.fingerprint, encoder.dim, file),
            )
        assert cursor.lastrowid is not None  # noqa: S101 - an INSERT has one
        return Space(cursor.lastrowid, name, encoder.fingerprint, encoder.dim, file)

    def drop_file(self, space: Space) -> None:
        """Delete the vectors of a space that the catalogue no longer names."""
        (self._folder / space.file).unlink(missing_ok=True)

    def file(self, space: Space) -> VectorFile:
        """Where the vectors of `space` lie."""
        return VectorFile(self._folder / space.file, space.dim)

    def rows(self, space: Space, after_row: int, most: int = -1) -> VectorRows:
        """The vectors of `space` whose row lies after `after_row`, the first `most` of them or all."""
        found = self._catalogue.execute(
            "SELECT row, picture_id FROM vector WHERE space_id = ? AND row > ? ORDER BY row LIMIT ?",
            (space.id, after_row, most),
        ).fetchall()
        if not found:
            return VectorRows(np.empty(0, np.int64), np.empty((0, space.dim), np.float32), after_row)
        table = np.array(found, dtype=np.int64)
        first, last = int(table[0, 0]), int(table[-1, 0])
        stored = self.file(space).read(first, last + 1)
        if len(table) < len(stored):  # rows of deleted pictures lie between
            stored = stored[table[:, 0] - first]
        return VectorRows(table[:, 1], stored, last)

    def ids(self, space: Space) -> NDArray[np.int64]:
        """Ids of all pictures that have a vector in `space`, in the order of their rows."""
        found = self._catalogue.execute(
            "SELECT picture_id FROM vector WHERE space_id = ? ORDER BY row", (space.id,)
        ).fetchall()
        return np.fromiter((row[0] for row in found), np.int64, len(found))

    def count(self, space: Space, after_row: int) -> int:
        """How many vectors of `space` lie after `after_row`."""
        found = self._catalogue.execute(
            "SELECT count(*) FROM vector WHERE space_id = ? AND row > ?", (space.id, after_row)
        )
        return int(found.fetchone()[0])

    def census(self, space: Space, up_to_id: int) -> Census:
        """Count the vectors of pictures whose id is at most `up_to_id`, without reading them one by one."""
        count, total, last = self._catalogue.execute(
            "SELECT count(*), coalesce(sum(picture_id), 0), coalesce(max(row), -1) FROM vector "
            "WHERE picture_id <= ? AND space_id = ?",
            (up_to_id, space.id),
        ).fetchone()
        (rows,) = self._catalogue.execute(
            "SELECT count(*) FROM vector WHERE space_id = ? AND row <= ?", (space.id, last)
        ).fetchone()
        return Census(count, total, last, rows == count)

    def vectors_of(self, space: Space, ids: Sequence[int]) -> FloatArray:
        """The vectors of these pictures, shape ``(len(ids), dim)``, in this order.

        Raises:
            CollectionError: one of them has none.
        """
        marks = ",".join("?" * len(ids))
        rows = dict(
            self._catalogue.execute(
                f"SELECT picture_id, row FROM vector WHERE space_id = ? AND picture_id IN ({marks})",  # noqa: S608
                (space.id, *ids),
            ).fetchall()
        )
        for picture_id in ids:
            if picture_id not in rows:
                raise CollectionError(f"There is no picture {picture_id} here; it may have been deleted.")
        stored = self.file(space).read()
        return np.asarray(stored[[rows[picture_id] for picture_id in ids]], np.float32)

    def settle(self) -> None:
        """Cut off the rows that a dead writer appended and never committed."""
        for space in self.all():
            last = self._catalogue.execute(
                "SELECT max(row) FROM vector WHERE space_id = ?", (space.id,)
            ).fetchone()[0]
            self.file(space).cut(0 if last is None else int(last) + 1)
