"""Reading a collection: any number of processes may do it at once."""

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
    """What a collection holds, for those who only look.

    A feature above makes the store of its own tables over `catalogue`.
    """

    def __init__(self, root: Path, *, read_only: bool | None = None) -> None:
        """Open the collection in `root`; with `read_only` nothing is written, as `Catalogue` has it.

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
        """The collection's encoder without an adapter: pictures are decoded for this one alone."""
        return split_name(self.encoder_name)[0]

    def space_file(self, name: str, encoder: str | None = None) -> Path:
        """Where a feature keeps a small file about one space: “judge.json”, “judge-adapter-3.json”.

        What was learned in one space says nothing of another, and is there again after a roll-back.
        """
        _, adapter = split_name(encoder or self.encoder_name)
        plain = self.root / name
        return plain if adapter is None else plain.with_stem(f"{plain.stem}-adapter-{adapter}")

    @property
    def identity(self) -> str:
        """32 hex digits that tell this collection from every other, whatever its name."""
        return self._catalogue.meta("identity") or ""

    def encoder(self, name: str | None = None, seen: Snapshot | None = None) -> Encoder:
        """The collection's encoder or another one, proven to be what made the vectors stored under it.

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
                f"({space.fingerprint[:12]}, here {encoder.fingerprint[:12]}); their vectors do not compare. "
                f"Embed its pictures anew: python -m core embed {shlex.quote(self.name)}"
            )
        return encoder

    def snapshot(self, encoder: str | None = None) -> Snapshot:
        """What the catalogue says now of the space of the collection's encoder, or of another one.

        Methods that take it as `seen` do not ask the catalogue for the same again.
        """
        return read_snapshot(self._catalogue, encoder or self.encoder_name)

    def version(self, *areas: Area) -> int:
        """A number that grows with every change of pictures, labels, vectors or indexes.

        And with every change of `areas`, which features keep apart: what is remembered of the clusters
        need not be read anew because of a verdict.
        """
        return self._catalogue.version(areas)

    # ---- pictures

    def count(self, where: Filter = Filter()) -> int:
        """How many pictures pass the filter."""
        return self._catalogue.count(where)

    def ids(self, where: Filter = Filter()) -> list[int]:
        """Ids of the pictures that pass the filter, ascending."""
        return self._catalogue.ids(where)

    def page(
        self,
        offset: int = 0,
        limit: int = 48,
        where: Filter = Filter(),
        order: Order = "added",
        descending: bool = False,
    ) -> list[Picture]:
        """`limit` pictures from `offset` on; the rest is not read."""
        return self._catalogue.page(offset, limit, where, order, descending)

    def get(self, picture_id: int) -> Picture:
        """One picture, be it in the bin.

        Raises:
            CollectionError: there is none of this id.
        """
        found = self._catalogue.pictures([picture_id])
        if not found:
            raise CollectionError(f"“{self.name}” has no picture {picture_id}; it may have been deleted.")
        return found[0]

    def get_many(self, ids: Sequence[int]) -> list[Picture]:
        """The pictures of these ids, in this order; ids that are not there are left out."""
        return self._catalogue.pictures(ids)

    def taken_times(self) -> tuple[NDArray[np.int64], NDArray[np.datetime64]]:
        """Ids ``(N,)`` of the pictures outside the bin whose time is known, and those times, oldest first.

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
        """Every label with its number of pictures, most first; None stands for no label."""
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
        """What is in the bin, last removed first."""
        rows = self._catalogue.execute(
            "SELECT id FROM picture WHERE removed_at IS NOT NULL AND trashed "
            "ORDER BY removed_at DESC, id DESC"
        )
        return self._catalogue.pictures([row[0] for row in rows])

    def lost(self) -> list[LostPicture]:
        """Pictures out of sight because their files are gone, last lost first, without those in the bin.

        Their labels and verdicts are kept: add the folder that holds their files, and they are back.
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
        """How many pictures are in the bin, and how many others are out of sight because of their files."""
        binned, lost = self._catalogue.execute(
            "SELECT coalesce(sum(trashed), 0), coalesce(sum(NOT trashed), 0) FROM picture "
            "WHERE removed_at IS NOT NULL"
        ).fetchone()
        return int(binned), int(lost)

    def pixel_equal(self) -> list[tuple[int, ...]]:
        """Ids of pictures in sight whose files differ in their metadata only, a tuple for each such class.

        By the pixel hash (see `core.images.pixel_hash`, also for what it does not find): exact, whole classes
        of any size, and known as soon as pictures are added. Pictures added by an older program have no pixel
        hash before `Collection.hash_pixels` has run. Each tuple is ascending, the tuples by their first.
        """
        rows = self._catalogue.execute(
            "SELECT group_concat(id) FROM picture WHERE removed_at IS NULL AND pixel_hash IS NOT NULL "
            "GROUP BY pixel_hash HAVING count(*) > 1"
        )
        return sorted(tuple(sorted(int(i) for i in row[0].split(","))) for row in rows)

    def label_states(self, ids: Sequence[int]) -> list[LabelState]:
        """The labels of these pictures and who gave them: what `Collection.restore_labels` takes."""
        return self._catalogue.label_states(ids)

    def verdicts(self) -> list[PairVerdict]:
        """The verdicts that stand: the latest on every pair that has one."""
        return self.judgements.standing()

    # ---- vectors

    def spaces(self) -> list[Space]:
        """Every space that the pictures are embedded in, oldest first."""
        return self._spaces.all()

    def space(self, encoder: str | None = None) -> Space | None:
        """The space of the collection's encoder, or of another one; None where there is none yet."""
        return self._spaces.of(encoder or self.encoder_name)

    def space_bytes(self, encoder: str | None = None) -> int:
        """Bytes on disk of the vectors of the collection's encoder, or of another one; 0 without a space."""
        space = self.space(encoder)
        if space is None:
            return 0
        return self._spaces.file(space).rows() * 4 * space.dim

    def vectors(self, after_row: int = -1, encoder: str | None = None, most: int = -1) -> VectorRows:
        """The vectors whose row lies after `after_row`, the first `most` or all; the bin's are among them."""
        space = self.space(encoder)
        if space is None:
            return VectorRows(np.empty(0, np.int64), np.empty((0, 0), np.float32), after_row)
        return self._spaces.rows(space, after_row, most)

    def count_vectors(self, after_row: int = -1, encoder: str | None = None) -> int:
        """How many vectors lie after `after_row`."""
        space = self.space(encoder)
        return 0 if space is None else self._spaces.count(space, after_row)

    def vectors_of(
        self, ids: Sequence[int], encoder: str | None = None, seen: Snapshot | None = None
    ) -> FloatArray:
        """The stored vectors of these pictures, shape ``(len(ids), dim)`` float32, in this order.

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
        """Those of `ids` that have a usable vector, ``(M,)`` in this order, and the vectors, ``(M, dim)``."""
        space = self.space(encoder) if seen is None else seen.space
        if space is None:
            return np.empty(0, np.int64), np.empty((0, 0), np.float32)
        return self._spaces.sound_vectors(space, ids)

    def count_damaged(self, encoder: str | None = None, seen: Snapshot | None = None) -> int:
        """How many vectors are known to be damaged or missing, without reading all of them."""
        now = seen or self.snapshot(encoder)
        return 0 if now.space is None else self._spaces.damaged(now.space, now.version)

    def find_damaged_vectors(self, space: Space) -> list[int]:
        """Ids of the pictures whose vectors in `space` are not usable, ascending; reads the whole file."""
        return self._spaces.find_damage(space)

    def damaged_vectors(self, encoder: str | None = None, seen: Snapshot | None = None) -> str:
        """What to tell the user of vectors that are known to be damaged or missing; empty where none is."""
        damaged = self.count_damaged(encoder, seen)
        return self._spaces.advice(damaged) if damaged else ""

    def repairs(self) -> int:
        """How often damaged vectors were made again: an index over the old ones must be opened again."""
        return self._catalogue.number("repairs")

    def vector_ids(self, encoder: str | None = None) -> NDArray[np.int64]:
        """Ids of all pictures that have a vector, ``(N,)``, in the order of their rows; in the bin or not."""
        space = self.space(encoder)
        return np.empty(0, np.int64) if space is None else self._spaces.ids(space)

    def census(self, up_to_id: int, encoder: str | None = None) -> Census:
        """Count the vectors of pictures whose id is at most `up_to_id`, without reading them one by one."""
        space = self.space(encoder)
        return Census(0, 0, -1, True) if space is None else self._spaces.census(space, up_to_id)

    def purges(self) -> int:
        """How often vectors were deleted for good: an index built before must be built anew."""
        return self._catalogue.number("purges")

    def removed_ids(self) -> list[int]:
        """Ids of the pictures out of sight: in the bin, or with a file that is gone."""
        return [
            row[0] for row in self._catalogue.execute("SELECT id FROM picture WHERE removed_at IS NOT NULL")
        ]
