"""The spaces derived from a collection's vectors by adapters, and the current space.

Every addition is written to the base encoder's space and to all spaces derived from it, so that switching
between them and rolling back is always one small transaction.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager

from ...disk_errors import is_full
from ...embedding.adapted_encoder import split_name
from ...errors import CollectionError, DiskFullError
from ...jobs import Monitor
from ..reader import Reader
from ..storage.catalogue import Catalogue
from ..storage.space_types import Space
from ..storage.spaces import Spaces
from .derive import DerivedTarget, count_missing, derive_missing
from .store import AdapterRecord


class AdaptedSpaces:
    """The adapted spaces of one collection; `writing` holds the collection's write lock."""

    def __init__(
        self,
        collection: Reader,
        catalogue: Catalogue,
        spaces: Spaces,
        writing: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._collection = collection
        self._catalogue = catalogue
        self._spaces = spaces
        self._writing = writing

    def make(self, adapter_id: int, monitor: Monitor | None = None) -> Space:
        """Create the space of a stored adapter, or complete it, without decoding pictures.

        The vectors of the adapter's base encoder are mapped in chunks, each committed as a whole. From then
        on every addition is written to this space too. The current space does not change: see `use`.

        Raises:
            CollectionError: there is no such adapter, it is damaged or was trained on other vectors than
                those stored, another process is adding pictures, or the disk is full.
            EncoderError: the base encoder is another version than the adapter was trained on.
            Cancelled: the monitor was asked to stop; the next call continues.
        """
        watched = monitor or Monitor()
        record = self._collection.adapters.get(adapter_id)
        with self._writing():
            base = self._base(record)
            encoder = self._collection.encoder(record.name)
            space = self._collection.space(record.name) or self._spaces.make(record.name, encoder)
            watched.say("Mapping the stored vectors")
            target = self._target(space, record)
            try:
                derive_missing(self._catalogue, self._spaces, base, target, space, watched)
            except (OSError, CollectionError) as error:
                if not is_full(error):
                    raise
                raise DiskFullError(
                    "The disk is full: the new space is not finished, and the current one is unchanged. "
                    "Free some space, then try again."
                ) from error
            return space

    def lacking(self, encoder: str) -> int:
        """Count the pictures missing from the space of an adapted encoder; 0 for an encoder without an
        adapter.

        Raises:
            CollectionError: there is no such adapter, or it was trained on other vectors than are stored.
        """
        record = self._collection.adapters.of(encoder)
        if record is None:
            return 0
        base, space = self._base(record), self._collection.space(encoder)
        return self._spaces.count(base, -1) if space is None else count_missing(self._catalogue, base, space)

    def use(self, encoder: str, monitor: Monitor | None = None) -> None:
        """Make the space of this encoder the current one, in one transaction; see `roll_back`.

        An incomplete adapted space is completed first.

        Raises:
            CollectionError: the collection has no vectors of this encoder; or as `make` does.
            Cancelled: the monitor was asked to stop before the switch.
        """
        self._complete(encoder, monitor)
        current = self._collection.base_encoder_name
        if split_name(encoder)[0] != current or self._collection.space(encoder) is None:
            raise CollectionError(f"“{self._collection.name}” has no vectors of {encoder} to search in.")
        self._collection.adapters.switch(encoder)

    def roll_back(self, monitor: Monitor | None = None) -> str:
        """Return to the space that was current before the last switch; returns the name of its encoder.

        Raises:
            CollectionError: there was no switch.
        """
        before = self._collection.adapters.before()
        if before is None:
            raise CollectionError(
                f"“{self._collection.name}” still uses the encoder that it began with "
                f"({self._collection.encoder_name}); there is nothing to go back to."
            )
        self._complete(before, monitor)
        self._collection.adapters.switch_back(before)
        return before

    def delete(self, adapter_id: int) -> None:
        """Delete an adapter that is not in use, its vectors, indexes, clusters and map.

        Raises:
            CollectionError: there is none of this id, it is in use, or another process is adding pictures.
        """
        with self._writing():
            record = self._collection.adapters.get(adapter_id)
            space, indexes = self._collection.space(record.name), self._collection.indexes
            built = [] if space is None else [one.id for one in indexes.list() if one.space_id == space.id]
            self._collection.adapters.delete(adapter_id)
            for learned in self._collection.root.glob(f"*-adapter-{adapter_id}.json"):
                learned.unlink(missing_ok=True)
            for index_id in built:
                indexes.delete(index_id)
            if space is not None:
                self._spaces.drop_file(space)

    def targets(self, base: Space) -> dict[Space, DerivedTarget]:
        """List the spaces derived from `base`, to which an addition also writes, with their adapters. A space
        with a damaged adapter is left out unless it is the current one;

        it is completed when it is used again.

        Raises:
            CollectionError: the adapter in use is damaged.
        """
        found = {}
        for record in self._collection.adapters.list():
            fits = (record.base, record.base_fingerprint) == (base.encoder, base.fingerprint)
            space = self._collection.space(record.name) if fits else None
            if space is None:
                continue
            try:
                found[space] = self._target(space, record)
            except CollectionError:
                if record.name == self._collection.encoder_name:
                    raise
        return found

    def follow(self, base: Space, monitor: Monitor) -> None:
        """Complete every space derived from `base`; the caller holds the lock.

        Raises:
            Cancelled: the monitor was asked to stop.
        """
        for space, target in self.targets(base).items():
            derive_missing(self._catalogue, self._spaces, base, target, space, monitor.subtask())

    def note_norms(self, base: Space) -> None:
        """Store the norms of spaces derived from `base` before norms were stored."""
        for space, target in self.targets(base).items():
            ids, vectors = self._spaces.sound_vectors(base, self._collection.norms.missing(space))
            self._collection.norms.note(space, ids.tolist(), target.adapter.map(vectors).norms)

    def _complete(self, encoder: str, monitor: Monitor | None) -> None:
        record = self._collection.adapters.of(encoder)
        if record is not None and (self._collection.space(encoder) is None or self.lacking(encoder)):
            self.make(record.id, monitor)

    def _base(self, record: AdapterRecord) -> Space:
        base = self._collection.space(record.base)
        if base is None or base.fingerprint != record.base_fingerprint:
            raise CollectionError(
                f"Adapter {record.id} was trained on vectors of {record.base} that “{self._collection.name}” "
                "does not hold; train again."
            )
        return base

    def _target(self, space: Space, record: AdapterRecord) -> DerivedTarget:
        return DerivedTarget(space, self._spaces, self._collection.adapters.load(record))
