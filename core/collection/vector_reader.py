"""Read access to the vectors of a collection."""

import shlex
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..embedding.adapted_encoder import split_name
from ..embedding.base import Encoder
from ..embedding.registry import load_encoder
from ..errors import CollectionError
from .adapters.store import AdapterStore
from .storage.catalogue import Area, Catalogue
from .storage.snapshot import Snapshot, read_snapshot
from .storage.space_types import Census, Space, VectorRows
from .storage.spaces import Spaces
from .storage.vector_file import FloatArray


class VectorReader:
    """The spaces of a collection: their encoders, vectors and state."""

    def __init__(self, root: Path, *, read_only: bool | None = None) -> None:
        """Open the collection in `root`; with `read_only` nothing is written; see `Catalogue`.

        Raises:
            CollectionError: it cannot be read.
        """
        self.root = root
        self.catalogue = self._catalogue = Catalogue(root / "catalogue.sqlite", read_only=read_only)
        self._spaces = Spaces(root, self._catalogue)
        self.adapters = AdapterStore(self._catalogue)

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
        space = self._space_of(name, seen)
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
        space = self._space_of(encoder, seen)
        if space is None:
            raise CollectionError(f"“{self.name}” holds no pictures yet.")
        return self._spaces.vectors_of(space, ids)

    def sound_vectors(
        self, ids: Sequence[int], encoder: str | None = None, seen: Snapshot | None = None
    ) -> tuple[NDArray[np.int64], FloatArray]:
        """Return those of `ids` that have a usable vector, ``(M,)`` in this order, and the vectors, ``(M,
        dim)``.
        """
        space = self._space_of(encoder, seen)
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

    def _space_of(self, encoder: str | None, seen: Snapshot | None) -> Space | None:
        return self.space(encoder) if seen is None else seen.space
