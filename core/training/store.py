"""The adapters that a collection has: kept with their model cards, accepted, exported and imported.

kept = keep(collection, run)                # a candidate; the collection is searched as before
accept(collection, kept.id)                 # its space and index are made, and it becomes the current one
collection.adapted.roll_back()              # the space before is current again, at once
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from ..collection.adapters.store import AdapterRecord
from ..collection.collection import Collection
from ..embedding.adapter_file import from_bytes
from ..errors import CollectionError, IndexFileError, IndexingError, TrainingError
from ..index.spec import Recipe
from ..index_manager.custom import build_index
from ..index_manager.remote import drop, is_remote
from ..jobs import Monitor
from .results import TrainingRun


@dataclass(frozen=True)
class Version:
    """One adapter of a collection.

    Attributes:
        record: what the catalogue holds.
        card: the model card: data, split, settings, figures, gates, costs.
        current: whether its space is the one that is searched.
        vector_bytes: on disk, of its space; 0 before it was accepted for the first time.
    """

    record: AdapterRecord
    card: Mapping[str, Any]
    current: bool
    vector_bytes: int

    @property
    def id(self) -> int:
        """Its number."""
        return self.record.id

    @property
    def name(self) -> str:
        """The name of its encoder and space."""
        return self.record.name

    @property
    def imported(self) -> bool:
        """Whether it came from a file: then its gates say nothing about these pictures."""
        return "imported" in self.card

    @property
    def offered(self) -> bool:
        """Whether every gate that was measured on the pictures of this collection holds."""
        if self.judged:
            return bool(self.card["judged"]["offered"])
        return bool(self.card.get("offered")) and not self.imported

    @property
    def judged(self) -> bool:
        """Whether its gates were measured here after it was stored."""
        return "judged" in self.card

    @property
    def unmeasured(self) -> bool:
        """Whether no gate was measured on the pictures of this collection."""
        return not self.judged and (self.imported or not self.gates)

    @property
    def overruled(self) -> bool:
        """Whether a person has accepted it although it is not offered."""
        return "overruled" in self.card

    @property
    def gates(self) -> tuple[Mapping[str, Any], ...]:
        """The gates as they were measured when it was trained, in the order in which they are shown."""
        return tuple(self.card.get("gates", ()))

    @property
    def alpha(self) -> float | None:
        """The share of the new embedding."""
        found = self.card.get("adapter", {}).get("alpha")
        return None if found is None else float(found)


def versions(collection: Collection) -> list[Version]:
    """Every adapter of the collection, oldest first."""
    return [_version(collection, record) for record in collection.adapters.list()]


def version(collection: Collection, adapter_id: int) -> Version:
    """One adapter.

    Raises:
        CollectionError: there is none of this id.
    """
    return _version(collection, collection.adapters.get(adapter_id))


def keep(collection: Collection, run: TrainingRun) -> Version:
    """Store what a training run made, with its model card; search goes on as before.

    A run that gives exactly an adapter that is there already gives that one back.

    Raises:
        CollectionError: the collection's encoder is not the one that was trained on.
    """
    base = collection.base_encoder_name
    space = collection.space(base)
    if space is None or space.fingerprint != run.adapter.base_fingerprint:
        raise CollectionError(
            f"“{collection.name}” was embedded anew while this was trained; the adapter does not fit its "
            "vectors any more. Train again."
        )
    card = {**run.card, "costs": asdict(run.costs), "offered": run.offered}
    return _version(collection, collection.adapters.add(run.adapter, base, _plain(card)))


def keep_with_alpha(collection: Collection, adapter_id: int, alpha: float) -> Version:
    """Store the same weights with another share of the new embedding; it has passed no gate.

    Raises:
        CollectionError: there is no such adapter, or it is damaged.
        EncoderError: `alpha` is not between 0 and 1.
    """
    before = version(collection, adapter_id)
    adapter = collection.adapters.load(before.record).with_alpha(alpha)
    about = {
        **before.card.get("adapter", {}),
        "alpha": alpha,
        "dim_out": adapter.dim_out,
        "fingerprint": adapter.fingerprint,
    }
    card = {
        key: value
        for key, value in before.card.items()
        if key not in {"gates", "overruled", "costs", "judged"}
    }
    card |= {"adapter": about, "offered": False, "made_from": adapter_id}
    return _version(collection, collection.adapters.add(adapter, before.record.base, card))


def store_gates(
    collection: Collection, adapter_id: int, gates: Sequence[Mapping[str, Any]], judged: Mapping[str, Any]
) -> Version:
    """Put gates that were measured here into the model card; `judged` says when, and whether they hold."""
    card = version(collection, adapter_id).card
    collection.adapters.set_card(adapter_id, _plain({**card, "gates": list(gates), "judged": dict(judged)}))
    return version(collection, adapter_id)


def overrule(collection: Collection, adapter_id: int) -> Version:
    """Note in the model card that a person wants this adapter although it is not offered."""
    found = version(collection, adapter_id)
    if not found.offered and not found.overruled:
        failed = [str(gate["name"]) for gate in found.gates if gate.get("passed") is False]
        said = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "failed_gates": failed}
        collection.adapters.set_card(adapter_id, {**found.card, "overruled": said})
    return version(collection, adapter_id)


def accept(collection: Collection, adapter_id: int, monitor: Monitor | None = None) -> Version:
    """Make the adapter's space and index, and let it be the current one, in one transaction at the end.

    If it fails, is cancelled or the process dies, the current space is as it was, and the next call goes on.

    Raises:
        TrainingError: it is not offered, and the user has not overruled that.
        CollectionError: there is none of this id, it does not fit the stored vectors, the disk is full, or
            another process is adding pictures.
        EncoderError: the base encoder is another version than it was trained on.
        Cancelled: the monitor was asked to stop.
    """
    found = version(collection, adapter_id)
    if not found.offered and not found.overruled:
        raise TrainingError(why_not_offered(found))
    watched = monitor or Monitor()
    collection.adapted.make(adapter_id, watched.subtask())
    _index_like_now(collection, found.name, watched)
    watched.check()
    collection.adapted.use(found.name, watched.subtask())
    return version(collection, adapter_id)


def why_not_offered(found: Version) -> str:
    """Why an adapter needs a person's explicit word before it is used."""
    if found.unmeasured:
        made = "was imported" if found.imported else "has another share of the new embedding"
        return (
            f"Adapter {found.id} {made}: nothing has been measured on the pictures of this collection. "
            "Measure it first, or use it only if you trust where it came from."
        )
    reasons = [str(gate["reason"]) for gate in found.gates if gate.get("passed") is False]
    first = found.gates[0]
    if not reasons and first.get("passed") is None:
        reasons = [str(first["reason"])]
    return f"Adapter {found.id} is not offered. {' '.join(reasons)}".strip()


def export(collection: Collection, adapter_id: int) -> bytes:
    """The adapter as a safetensors file that holds its model card; `import_adapter` reads it elsewhere."""
    record = collection.adapters.get(adapter_id)
    collection.adapters.load(record)  # a damaged one is not passed on
    return collection.adapters.file(record)


def card_json(found: Version) -> str:
    """The model card as a readable JSON file."""
    return json.dumps(
        {"name": found.name, "at": found.record.at.isoformat(), **found.card}, ensure_ascii=False, indent=2
    )


def import_adapter(collection: Collection, data: bytes) -> Version:
    """Store an adapter from a file that `export` wrote. It is not offered: nothing was measured here.

    Raises:
        EncoderError: the file is damaged or is not an adapter.
        TrainingError: it was trained on another encoder than the collection's.
    """
    adapter, card = from_bytes(data)
    base = collection.base_encoder_name
    fingerprint = collection.encoder(base).fingerprint
    if adapter.base_fingerprint != fingerprint:
        raise TrainingError(
            f"This adapter was trained on another encoder ({adapter.base_fingerprint[:12]}) than "
            f"“{collection.name}” uses ({base}, {fingerprint[:12]}); their embeddings do not compare."
        )
    kept = {key: value for key, value in card.items() if key not in {"overruled", "imported", "judged"}}
    said = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "offered_there": card.get("offered")}
    record = collection.adapters.add(adapter, base, {**kept, "imported": said})
    return _version(collection, record)


def delete(collection: Collection, adapter_id: int) -> None:
    """Delete an adapter that is not in use, its vectors, indexes (on a server too), clusters and map.

    Raises:
        CollectionError: there is none of this id, it is in use, or another process is adding pictures.
        RemoteIndexError: the server that holds its index does not answer; nothing is deleted then.
    """
    found = version(collection, adapter_id)
    space = collection.space(found.name)
    if found.current:
        raise CollectionError(f"Adapter {adapter_id} is the one in use; roll back or use another one first.")
    for index in collection.indexes.list():
        if space is not None and index.space_id == space.id and is_remote(index):
            drop(collection, index)
    collection.adapted.delete(adapter_id)


def _index_like_now(collection: Collection, name: str, monitor: Monitor) -> None:
    """Build for the new space the kind of index that serves the current one; its recall is not proven."""
    now, space = collection.space(), collection.space(name)
    if now is None or space is None or now.id == space.id or collection.indexes.in_use(space.id):
        return
    record = collection.indexes.in_use(now.id)
    if record is None or is_remote(record):
        return  # exact, or on a server that is sent nothing unasked
    monitor.say("Building the index")
    phase = monitor.subtask()
    try:
        built = build_index(collection, Recipe.from_json(record.recipe), name, phase)
    except IndexFileError:
        raise
    except IndexingError:  # the recipe does not suit the new length of an embedding
        built = build_index(collection, None, name, phase)
    collection.indexes.use(built.id)


def _version(collection: Collection, record: AdapterRecord) -> Version:
    space = collection.space(record.name)
    return Version(
        record,
        json.loads(record.card),
        record.name == collection.encoder_name,
        0 if space is None else collection.space_bytes(record.name),
    )


def _plain(card: Mapping[str, Any]) -> dict[str, Any]:
    """The card as JSON gives it back: tuples as lists, values of numpy as numbers."""
    made: dict[str, Any] = json.loads(json.dumps(card, default=float))
    return made
