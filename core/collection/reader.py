"""Read access to a collection, for any number of processes at once."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import CollectionError
from ..stored import decoding
from .originals import Originals
from .safe_names import display_name
from .storage.index_records import IndexStore
from .storage.media_store import MediaStore
from .storage.norms import NormStore
from .storage.positions import PlaceStore
from .types import Filter, LabelState, LostPicture, Order, PairVerdict, Picture
from .vector_reader import VectorReader
from .verdicts import VerdictStore


class Reader(VectorReader):
    """Read access to a collection.

    Features build the stores of their own tables over `catalogue`.
    """

    def __init__(self, root: Path, *, read_only: bool | None = None) -> None:
        """Open the collection in `root`; with `read_only` nothing is written; see `Catalogue`.

        Raises:
            CollectionError: it cannot be read.
        """
        super().__init__(root, read_only=read_only)
        self._media = MediaStore(root)
        self._originals = Originals(root.name, self._catalogue, self._media)
        self.judgements = VerdictStore(self._catalogue)
        self.indexes = IndexStore(root, self._catalogue)
        self.places = PlaceStore(self._catalogue)
        self.norms = NormStore(self._catalogue)

    def count(self, where: Filter = Filter()) -> int:
        """Count the pictures that pass the filter."""
        return self._catalogue.count(where)

    def ids(self, where: Filter = Filter()) -> list[int]:
        """Return the ids of the pictures that pass the filter, ascending."""
        return self._catalogue.ids(where)

    def page(
        self,
        offset: int = 0,
        limit: int = 48,
        where: Filter = Filter(),
        order: Order = "added",
        descending: bool = False,
    ) -> list[Picture]:
        """Return `limit` pictures from `offset` on; the rest is not read."""
        return self._catalogue.page(offset, limit, where, order, descending)

    def get(self, picture_id: int) -> Picture:
        """Return one picture, even if it is in the bin.

        Raises:
            CollectionError: there is none of this id.
        """
        found = self._catalogue.pictures([picture_id])
        if not found:
            raise CollectionError(f"“{self.name}” has no picture {picture_id}; it may have been deleted.")
        return found[0]

    def get_many(self, ids: Sequence[int]) -> list[Picture]:
        """Return the pictures with these ids, in this order; unknown ids are left out."""
        return self._catalogue.pictures(ids)

    def taken_times(self) -> tuple[NDArray[np.int64], NDArray[np.datetime64]]:
        """Return ids ``(N,)`` and capture times of the pictures outside the bin whose time is known, oldest
        first.

        Times are those of the camera's own clock, to the second, ``datetime64[s]``.
        """
        rows = self._catalogue.execute(
            "SELECT id, taken_at FROM picture WHERE removed_at IS NULL AND taken_at IS NOT NULL "
            "ORDER BY taken_at, id"
        ).fetchall()
        ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
        with decoding(self._catalogue.damaged):
            return ids, np.array([row[1] for row in rows], "datetime64[s]")

    def labels(self) -> list[tuple[str | None, int]]:
        """Count the pictures of every label, most frequent first; None stands for no label."""
        return self._catalogue.labels()

    def thumbnail(self, picture_id: int) -> bytes:
        """A JPEG of at most 256 pixels a side; made again if it was lost or cut.

        Raises:
            CollectionError: it is lost and the original too.
        """
        return self._originals.thumbnail(picture_id)

    def referenced_paths(self, picture_id: int) -> list[Path]:
        """Where the files outside the collection are, or were, that a picture was added from."""
        return self._originals.referenced_paths(picture_id)

    def original(self, picture_id: int) -> bytes:
        """The bytes of the file as it was added.

        Raises:
            CollectionError: the file, or the copy of it that is kept here, is gone or has changed since.
        """
        return self._originals.original(picture_id)

    def original_path(self, picture_id: int) -> Path:
        """A file as large as the original, for those who read a part of it and can bear a changed one.

        Raises:
            CollectionError: there is none any more.
        """
        return self._originals.original_path(picture_id)

    def bin(self) -> list[Picture]:
        """Return the pictures in the bin, most recently removed first."""
        rows = self._catalogue.execute(
            "SELECT id FROM picture WHERE removed_at IS NOT NULL AND trashed "
            "ORDER BY removed_at DESC, id DESC"
        )
        return self._catalogue.pictures([row[0] for row in rows])

    def lost(self) -> list[LostPicture]:
        """Return pictures hidden because their files are missing, most recent first, without those in the
        bin.

        Their labels and verdicts are kept: they return when the folder with their files is added.
        """
        rows = self._catalogue.execute(
            "SELECT id, lost, coalesce("
            "(SELECT path FROM former_path WHERE picture_id = picture.id), "
            "(SELECT path FROM name WHERE picture_id = picture.id AND path IS NOT NULL)) "
            "FROM picture WHERE removed_at IS NOT NULL AND NOT trashed ORDER BY removed_at DESC, id DESC"
        ).fetchall()
        pictures = {p.id: p for p in self._catalogue.pictures([row[0] for row in rows])}
        return [
            LostPicture(pictures[i], reason, display_name(os.fsdecode(path or b"")))
            for i, reason, path in rows
            if i in pictures
        ]

    def count_unseen(self) -> tuple[int, int]:
        """Count the pictures in the bin, and the others hidden because of missing files."""
        binned, lost = self._catalogue.execute(
            "SELECT coalesce(sum(trashed), 0), coalesce(sum(NOT trashed), 0) FROM picture "
            "WHERE removed_at IS NOT NULL"
        ).fetchone()
        return int(binned), int(lost)

    def pixel_equal(self) -> list[tuple[int, ...]]:
        """Return the ids of visible pictures whose files differ only in their metadata, a tuple per class.

        Based on the pixel hash (see `core.images.pixel_hash`, also for what it misses): exact, for classes of
        any size, and known as soon as pictures are added. Pictures added by an older version have no pixel
        hash before `Collection.hash_pixels` has run. Each tuple is ascending, and the tuples are ordered by
        their first id.
        """
        rows = self._catalogue.execute(
            "SELECT group_concat(id) FROM picture WHERE removed_at IS NULL AND pixel_hash IS NOT NULL "
            "GROUP BY pixel_hash HAVING count(*) > 1"
        )
        return sorted(tuple(sorted(int(i) for i in row[0].split(","))) for row in rows)

    def label_states(self, ids: Sequence[int]) -> list[LabelState]:
        """Return the labels of these pictures and their sources, as `Collection.restore_labels` takes
        them.
        """
        return self._catalogue.label_states(ids)

    def verdicts(self) -> list[PairVerdict]:
        """Return the current verdicts: the latest on every pair that has one."""
        return self.judgements.standing()

    def removed_ids(self) -> list[int]:
        """Return the ids of hidden pictures: in the bin, or with a missing file."""
        return [
            row[0] for row in self._catalogue.execute("SELECT id FROM picture WHERE removed_at IS NOT NULL")
        ]
