"""Measuring the gates of a stored adapter on the pictures of this collection.

An adapter that came from a file, or that was given another share of the new embedding, has passed no gate
here. Its held-out pictures are those of the split that a run with its seed would make.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from ...collection.collection import Collection
from ...errors import TrainingError
from ...jobs import Monitor
from ..data.from_collection import read_dataset, with_copies
from ..data.splits import make_split
from ..results import holds
from ..settings import Signal, TrainingSettings
from ..store import Version, store_gates, version
from .judging import judge_run

_NOT_HELD_BACK = (
    "That takes adapters which hold classes back, and a run trains them. Train with this share to measure it."
)
_NEVER_SEEN_HERE = "None of these pictures was trained on, so all labels count in the line above."


def judge_version(
    collection: Collection,
    adapter_id: int,
    copies: Iterable[Sequence[int]] = (),
    monitor: Monitor | None = None,
) -> Version:
    """Measure an adapter's gates, and store them in its model card in place of those it had.

    Args:
        collection: whose pictures and labels.
        adapter_id: which adapter.
        copies: ids of pictures that show the same, group by group.
        monitor: says what is being done, and may stop it; then nothing is stored.

    Raises:
        TrainingError: the collection has nothing to measure it by.
        CollectionError: there is no such adapter, or it is damaged.
        Cancelled: the monitor was asked to stop.
    """
    watched, found = monitor or Monitor(), version(collection, adapter_id)
    adapter = collection.adapters.load(found.record)
    watched.say("Reading the collection")
    dataset = read_dataset(collection, copies)
    seed = int(found.card.get("settings", {}).get("seed", 0))
    signals: tuple[Signal, ...] = ("labels",)
    if not found.imported:
        signals = tuple(found.card.get("settings", {}).get("signals", signals))
    settings = TrainingSettings(signals=signals, seed=seed)
    split = make_split(dataset, seed)
    dataset = with_copies(dataset, collection, (), seed, watched.subtask())
    watched.say("Measuring on held-out pictures")
    missing = _NEVER_SEEN_HERE if found.imported else _NOT_HELD_BACK
    gates = judge_run(dataset, split, settings, adapter, [], missing)
    watched.check()
    needed = [gate for gate in gates if gate.aim == "gain"]
    if all(gate.passed is None for gate in needed):
        raise TrainingError(
            f"Adapter {adapter_id} cannot be measured here. {' '.join(gate.reason for gate in needed)} "
            "Label at least four pictures of two kinds or more first."
        )
    said = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "offered": holds(gates)}
    return store_gates(collection, adapter_id, [asdict(gate) for gate in gates], said)
