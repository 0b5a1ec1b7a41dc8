"""Read access to a collection, for any number of processes at once."""

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..embedding.adapted_encoder import split_name
from ..embedding.base import Encoder
from ..embedding.registry import load_encoder
from ..errors import CollectionError
from ..stored import decoding
from .adapters.store import AdapterStore
from .originals import Originals
from .safe_names import display_name
from .storage.catalogue import Area, Catalogue
from .storage.index_records import IndexStore
from .storage.media_store import MediaStore
from .storage.norms import NormStore
from .storage.positions import PlaceStore
from .storage.snapshot import Snapshot, read_snapshot
from .storage.space_types import Census, Space, VectorRows
from .storage.spaces import Spaces
from .storage.vector_file import FloatArray
from .types import Filter, LabelState, LostPicture, Order, PairVerdict, Picture
from .verdicts import VerdictStore


class Reader:
    """Read access to a collection.

    Features build the stores of their own tables over `catalogue`.
    """

    def __init__(self, root: Path, *, read_only: bool | None = None) -> None:
        """Open the collection in `root`; with `read_only` nothing is written; see `Catalogue`.

        Raises:
            CollectionError: it cannot be read.
        """
        self.root = root
        self.catalogue = self._catalogue = Catalogue(root / "catalogue.sqlite", read_only=read_only)
        self._media = MediaStore(root)
        self._originals = Originals(root.name, self._catalogue, self._media)
        self._spaces = Spaces(root, self._catalogue)
        self.adapters = AdapterStore(self._catalogue)
        self.judgements = VerdictStore(self._catalogue)
        self.indexes = IndexStore(root, self._catalogue)
        self.places = PlaceStore(self._catalogue)
        self.norms = NormStore(self._catalogue)

    @property
    def name(self) -> str:
        """The collection's name: that of its directory."""
        return self.root.name

    @property
    def encoder_name(self) -> str:
        """The encoder whose space is current: the collection's own, or that one with an adapter."""
        return self._catalogue.meta("encoder") or ""

    @property
    def base_encoder_name(self) -> str:
        """The collection's encoder without an adapter, for which pictures are decoded."""
        return split_name(self.encoder_name)[0]

    def space_file(self, name: str, encoder: str | None = None) -> Path:
        """Return the path of a feature's small file for one space: “judge.json”, “judge-adapter-3.json”.

        What was learned in one space does not apply to another, and is available again after a roll-back.
        """
        _, adapter = split_name(encoder or self.encoder_name)
        plain = self.root / name
        return plain if adapter is None else plain.with_stem(f"{plain.stem}-adapter-{adapter}")

    @property
    def identity(self) -> str:
        """32 hex digits that identify this collection, independent of its name."""
        return self._catalogue.meta("identity") or ""

    def encoder(self, name: str | None = None, seen: Snapshot | None = None) -> Encoder:
        """Load the collection's encoder or another one, verified against the vectors stored under it.

        Raises:
            EncoderError: it cannot be used here.
            CollectionError: it is not the one that made the stored vectors, or its adapter is damaged or
                was deleted.
        """
        chosen = name or self.encoder_name
        adapter = self.adapters.of(chosen)
        if adapter is not None:
            return self.adapters.encoder(adapter, self.encoder(adapter.base))
        encoder = load_encoder(chosen)
        space = self.snapshot(name).space if seen is None else seen.space
        if space is not None and space.fingerprint != encoder.fingerprint:
            raise CollectionError(
                f"“{self.name}” was embedded with another version of {encoder.name} "
                f"({space.fingerprint[:12]}, here {encoder.fingerprint[:12]}); their vectors are not "
                f"comparable. Embed its pictures again: python -m core embed {shlex.quote(self.name)}"
            )
        return encoder

    def snapshot(self, encoder: str | None = None) -> Snapshot:
        """Read the current state of the space of the collection's encoder, or of another one.

        Methods that take it as `seen` do not query the catalogue again.
        """
        return read_snapshot(self._catalogue, encoder or self.encoder_name)

    def version(self, *areas: Area) -> int:
        """Return a number that grows with every change of pictures, labels, vectors or indexes.

        It also grows with changes of `areas`, which features keep separate: cached clusters need not be
        reloaded because of a verdict.
        """
        return self._catalogue.version(areas)

    # ---- pictures

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

    # ---- vectors

    def spaces(self) -> list[Space]:
        """Return every space in which the pictures are embedded, oldest first."""
        return self._spaces.all()

    def space(self, encoder: str | None = None) -> Space | None:
        """Return the space of the collection's encoder, or of another one; None if there is none yet."""
        return self._spaces.of(encoder or self.encoder_name)

    def space_bytes(self, encoder: str | None = None) -> int:
        """Return the size on disk of the vectors of the collection's encoder, or of another one; 0 without a
        space.
        """
        space = self.space(encoder)
        if space is None:
            return 0
        return self._spaces.file(space).rows() * 4 * space.dim

    def vectors(self, after_row: int = -1, encoder: str | None = None, most: int = -1) -> VectorRows:
        """Return the vectors with rows after `after_row`, the first `most` or all, including those in the
        bin.
        """
        space = self.space(encoder)
        if space is None:
            return VectorRows(np.empty(0, np.int64), np.empty((0, 0), np.float32), after_row)
        return self._spaces.rows(space, after_row, most)

    def count_vectors(self, after_row: int = -1, encoder: str | None = None) -> int:
        """Count the vectors with rows after `after_row`."""
        space = self.space(encoder)
        return 0 if space is None else self._spaces.count(space, after_row)

    def vectors_of(
        self, ids: Sequence[int], encoder: str | None = None, seen: Snapshot | None = None
    ) -> FloatArray:
        """Return the stored vectors of these pictures, shape ``(len(ids), dim)`` float32, in this order.

        Raises:
            CollectionError: one of them has none.
        """
        space = self.space(encoder) if seen is None else seen.space
        if space is None:
            raise CollectionError(f"“{self.name}” holds no pictures yet.")
        return self._spaces.vectors_of(space, ids)

    def sound_vectors(
        self, ids: Sequence[int], encoder: str | None = None, seen: Snapshot | None = None
    ) -> tuple[NDArray[np.int64], FloatArray]:
        """Return those of `ids` that have a usable vector, ``(M,)`` in this order, and the vectors, ``(M,
        dim)``.
        """
        space = self.space(encoder) if seen is None else seen.space
        if space is None:
            return np.empty(0, np.int64), np.empty((0, 0), np.float32)
        return self._spaces.sound_vectors(space, ids)

    def count_damaged(self, encoder: str | None = None, seen: Snapshot | None = None) -> int:
        """Count the vectors known to be damaged or missing, without reading all of them."""
        now = seen or self.snapshot(encoder)
        return 0 if now.space is None else self._spaces.damaged(now.space, now.version)

    def find_damaged_vectors(self, space: Space) -> list[int]:
        """Find the ids of pictures whose vectors in `space` are not usable, ascending; reads the whole
        file.
        """
        return self._spaces.find_damage(space)

    def damaged_vectors(self, encoder: str | None = None, seen: Snapshot | None = None) -> str:
        """Return a message for the user on vectors known to be damaged or missing; empty if there are
        none.
        """
        damaged = self.count_damaged(encoder, seen)
        return self._spaces.advice(damaged) if damaged else ""

    def repairs(self) -> int:
        """The number of repairs of damaged vectors: an index over the old ones must be reopened."""
        return self._catalogue.number("repairs")

    def vector_ids(self, encoder: str | None = None) -> NDArray[np.int64]:
        """Return the ids of all pictures that have a vector, ``(N,)``, in the order of their rows, including
        the bin.
        """
        space = self.space(encoder)
        return np.empty(0, np.int64) if space is None else self._spaces.ids(space)

    def census(self, up_to_id: int, encoder: str | None = None) -> Census:
        """Count the vectors of pictures with ids up to `up_to_id`, without reading them one by one."""
        space = self.space(encoder)
        return Census(0, 0, -1, True) if space is None else self._spaces.census(space, up_to_id)

    def purges(self) -> int:
        """The number of permanent deletions of vectors: an index built before must be rebuilt."""
        return self._catalogue.number("purges")

    def removed_ids(self) -> list[int]:
        """Return the ids of hidden pictures: in the bin, or with a missing file."""
        return [
            row[0] for row in self._catalogue.execute("SELECT id FROM picture WHERE removed_at IS NOT NULL")
        ]
