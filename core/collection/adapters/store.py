"""Storage of the adapters of a collection, and the history of its current space.

An adapter's file is stored in the catalogue itself, so that a row and its weights exist together or not at
all. Its model card is opaque JSON here; `core.training` defines its contents.
"""

import json
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from ...embedding.adapted_encoder import AdaptedEncoder, adapted_fingerprint, adapted_name, split_name
from ...embedding.adapter import Adapter
from ...embedding.adapter_file import from_bytes, to_bytes
from ...embedding.base import Encoder
from ...errors import CollectionError, EncoderError
from ..storage.catalogue import Catalogue

_COLUMNS = "id, at, base, base_fingerprint, fingerprint, card, length(file)"
_LOADED_AT_MOST = 4

_loaded: OrderedDict[str, Adapter] = OrderedDict()
_loading = Lock()


@dataclass(frozen=True)
class AdapterRecord:
    """One adapter. `fingerprint` is that of the adapted encoder; `card` is JSON; `bytes` of its file."""

    id: int
    at: datetime
    base: str
    base_fingerprint: str
    fingerprint: str
    card: str
    bytes: int

    @property
    def name(self) -> str:
        """The name of the adapted encoder and of its space."""
        return adapted_name(self.base, self.id)


class AdapterStore:
    """The adapters of one collection, and the history of its current space."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def add(self, adapter: Adapter, base: str, card: dict[str, Any]) -> AdapterRecord:
        """Store an adapter of the encoder `base`; an existing one is returned unchanged."""
        fingerprint = adapted_fingerprint(adapter)
        with self._catalogue.transaction() as tx:
            tx.execute(
                "INSERT INTO adapter (at, base, base_fingerprint, fingerprint, card, file) "
                "SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS "
                "(SELECT 1 FROM adapter WHERE fingerprint = ?4)",
                (
                    datetime.now(UTC).isoformat(timespec="seconds"),
                    base,
                    adapter.base_fingerprint,
                    fingerprint,
                    _json(card),
                    to_bytes(adapter, card),
                ),
            )
        row = self._catalogue.execute(
            f"SELECT {_COLUMNS} FROM adapter WHERE fingerprint = ?",  # noqa: S608 - the columns are fixed
            (fingerprint,),
        ).fetchone()
        return _record(row)

    def list(self) -> "list[AdapterRecord]":
        """List all adapters, oldest first."""
        rows = self._catalogue.execute(f"SELECT {_COLUMNS} FROM adapter ORDER BY id")  # noqa: S608
        return [_record(row) for row in rows]

    def get(self, adapter_id: int) -> AdapterRecord:
        """Get one adapter.

        Raises:
            CollectionError: there is none of this id.
        """
        row = self._catalogue.execute(
            f"SELECT {_COLUMNS} FROM adapter WHERE id = ?",  # noqa: S608
            (adapter_id,),
        ).fetchone()
        if row is None:
            there = ", ".join(str(record.id) for record in self.list())
            raise CollectionError(f"There is no adapter {adapter_id} (there: {there or 'none yet'}).")
        return _record(row)

    def of(self, encoder: str) -> AdapterRecord | None:
        """Get the adapter of the encoder with this name; None for an encoder without one.

        Raises:
            CollectionError: the name is that of an adapted encoder, and the adapter no longer exists.
        """
        base, number = split_name(encoder)
        if number is None:
            return None
        record = self.get(number)
        if record.base != base:
            raise CollectionError(f"Adapter {number} belongs to {record.base}, not to {base}.")
        return record

    def load(self, record: AdapterRecord) -> Adapter:
        """Load the weights; the most recent few are cached for the whole process.

        Raises:
            CollectionError: they are damaged.
        """
        with _loading:
            if record.fingerprint in _loaded:
                _loaded.move_to_end(record.fingerprint)
                return _loaded[record.fingerprint]
        try:
            adapter, _ = from_bytes(self.file(record))
            if adapted_fingerprint(adapter) != record.fingerprint:
                raise EncoderError("Its weights do not match its fingerprint.")
        except EncoderError as error:
            raise CollectionError(
                f"Adapter {record.id} is damaged on disk. Go back to the encoder without it, or import the "
                f"adapter from a file. ({error})"
            ) from error
        with _loading:
            _loaded[record.fingerprint] = adapter
            while len(_loaded) > _LOADED_AT_MOST:
                _loaded.popitem(last=False)
        return adapter

    def encoder(self, record: AdapterRecord, base: Encoder) -> AdaptedEncoder:
        """Build the base encoder followed by the adapter.

        Raises:
            EncoderError: the base encoder is another version than the adapter was trained on.
            CollectionError: the adapter is damaged.
        """
        return AdaptedEncoder(base, self.load(record), record.name)

    def file(self, record: AdapterRecord) -> bytes:
        """Return the adapter's safetensors file."""
        row = self._catalogue.execute("SELECT file FROM adapter WHERE id = ?", (record.id,)).fetchone()
        return b"" if row is None else bytes(row[0])

    def set_card(self, adapter_id: int, card: dict[str, Any]) -> None:
        """Change the model card, in the catalogue and in the file."""
        file = to_bytes(self.load(self.get(adapter_id)), card)
        with self._catalogue.transaction() as tx:
            tx.execute("UPDATE adapter SET card = ?, file = ? WHERE id = ?", (_json(card), file, adapter_id))

    # ---- which space is current

    def switch(self, encoder: str) -> None:
        """Make this encoder and its space current, and remember the previous one."""
        with self._catalogue.transaction() as tx:
            (now,) = tx.execute("SELECT value FROM meta WHERE key = 'encoder'").fetchone()
            if now != encoder:
                tx.execute(
                    "INSERT INTO space_switch (at, came_from, went_to) VALUES (?, ?, ?)",
                    (datetime.now(UTC).isoformat(timespec="seconds"), now, encoder),
                )
                tx.execute("UPDATE meta SET value = ? WHERE key = 'encoder'", (encoder,))

    def switch_back(self, target: str) -> None:
        """Undo the last switch, whose earlier encoder is `target`; nothing happens if it was already
        undone.
        """
        with self._catalogue.transaction() as tx:
            row = tx.execute(
                "SELECT id, came_from FROM space_switch WHERE undone_at IS NULL ORDER BY id DESC LIMIT 1"
            ).fetchone()
            if row is None or row[1] != target:
                return
            now = datetime.now(UTC).isoformat(timespec="seconds")
            tx.execute("UPDATE space_switch SET undone_at = ? WHERE id = ?", (now, row[0]))
            tx.execute("UPDATE meta SET value = ? WHERE key = 'encoder'", (target,))

    def before(self) -> str | None:
        """Return the encoder to which a roll-back returns, or None if there was no switch."""
        row = self._catalogue.execute(
            "SELECT came_from FROM space_switch WHERE undone_at IS NULL ORDER BY id DESC LIMIT 1"
        ).fetchone()
        return None if row is None else str(row[0])

    def delete(self, adapter_id: int) -> None:
        """Delete an adapter that is not current, its vectors and everything computed in its space.

        Raises:
            CollectionError: there is none of this id, or it is the current one.
        """
        record = self.get(adapter_id)
        with self._catalogue.transaction() as tx:
            (now,) = tx.execute("SELECT value FROM meta WHERE key = 'encoder'").fetchone()
            if now == record.name:
                raise CollectionError(
                    f"Adapter {adapter_id} is the one in use; roll back or use another one first."
                )
            # The history skips it: a → it → b becomes a → b, and steps without a change are removed.
            switches = tx.execute(
                "SELECT id, came_from, went_to FROM space_switch WHERE undone_at IS NULL ORDER BY id"
            ).fetchall()
            before = None
            for switch_id, came_from, went_to in switches:
                start = came_from if before is None else before
                if went_to == record.name:
                    before = start
                    tx.execute("DELETE FROM space_switch WHERE id = ?", (switch_id,))
                elif start == went_to:
                    before = None
                    tx.execute("DELETE FROM space_switch WHERE id = ?", (switch_id,))
                else:
                    before = None
                    tx.execute("UPDATE space_switch SET came_from = ? WHERE id = ?", (start, switch_id))
            tx.execute("DELETE FROM space WHERE fingerprint = ?", (record.fingerprint,))
            tx.execute("DELETE FROM adapter WHERE id = ?", (adapter_id,))


def _record(row: tuple[Any, ...]) -> AdapterRecord:
    return AdapterRecord(row[0], datetime.fromisoformat(row[1]), *row[2:])


def _json(card: dict[str, Any]) -> str:
    return json.dumps(card, ensure_ascii=False, sort_keys=True)
