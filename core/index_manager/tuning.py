"""Tuning of a collection's index on its own pictures, and on texts that its users might type."""

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..collection.collection import Collection
from ..collection.storage.index_records import SCRATCH, IndexRecord
from ..collection.storage.space_types import VectorRows
from ..errors import CollectionError, IndexFileError, IndexingError
from ..index.base import FloatArray, Index
from ..index.presets import candidate_recipes
from ..index.spec import FLAT
from ..index.storage import save
from ..index.tuning.result import Tuning
from ..index.tuning.tuner import stay_exact, tune_vectors
from ..index.tuning.types import TARGETS, Gallery, Goal
from ..jobs import Monitor
from ..stored import to_json
from .builder import taking_turns
from .query_samples import HeldOut, held_out
from .search_settings import Settings

BUDGET_S = 600.0
_IN_MEMORY = 2 << 30


@dataclass(frozen=True)
class Tuned:
    """The result of a tuning, and the stored index; None if search should stay exact."""

    tuning: Tuning
    record: IndexRecord | None


def tune(
    collection: Collection,
    target: float = TARGETS["image"],
    text_target: float = TARGETS["text"],
    k: int = 10,
    budget_s: float = BUDGET_S,
    encoder: str | None = None,
    memory_bytes: int | None = None,
    asked: Sequence[str] = (),
    seed: int = 0,
    monitor: Monitor | None = None,
) -> Tuned:
    """Find the cheapest index certified to reach the targets, and store it; `use` activates it.

    Concurrent tuning and building of indexes of the same collection wait their turn.

    Args:
        collection: whose vectors are indexed.
        target: recall@k to certify for image queries.
        text_target: the same for text queries.
        k: number of neighbours.
        budget_s: seconds for building and measuring, without waiting.
        encoder: the encoder of the space to tune; default: the collection's.
        memory_bytes: an index that takes more is not chosen.
        asked: texts of real queries, used before all others.
        seed: the same seed draws the same queries.
        monitor: receives the progress, and may stop the work.

    Raises:
        CollectionError: there are no pictures.
        EncoderError: the encoder cannot be used here.
        IndexingError: a setting is invalid, k is larger than the collection, or a vector is damaged.
        IndexFileError: the disk is full.
        Cancelled: the monitor was asked to stop.
    """
    watched = monitor or Monitor()
    goal = Goal({"image": target, "text": text_target}, k, memory_bytes)
    if budget_s <= 0:
        raise IndexingError("The time for tuning must be positive.")
    name = encoder or collection.encoder_name
    space = collection.space(name)
    if space is None or not len(collection.vector_ids(name)):
        raise CollectionError(f"“{collection.name}” holds no pictures yet; there is nothing to tune.")
    with taking_turns(collection, watched), _scratch(collection) as scratch:
        begun = time.monotonic()
        rows = collection.vectors(encoder=name)
        if k > len(rows.ids):
            raise IndexingError(
                f"{k} neighbours were asked for, but there are only {len(rows.ids):,} pictures in "
                f"“{collection.name}”."
            )
        whole = Gallery(rows.ids, rows.vectors)
        if candidate_recipes(*rows.vectors.shape) == [FLAT]:
            return Tuned(stay_exact(whole, goal, watched), None)
        held = held_out(collection, collection.encoder(name), name, asked, seed, watched)
        gallery = _without(whole, held, scratch)
        left_s = max(0.0, budget_s - (time.monotonic() - begun))
        outcome = tune_vectors(gallery, held.queries, goal, left_s, scratch, watched)
        if outcome.index is None:
            return Tuned(outcome.tuning, None)
        watched.say("Saving the index")
        outcome.index.add(held.ids, _of(rows, held))
        return Tuned(outcome.tuning, _store(collection, space.id, outcome.tuning, outcome.index))


def _store(collection: Collection, space_id: int, tuning: Tuning, index: Index) -> IndexRecord:
    settings = Settings(tuning.parameters("image"), tuning.parameters("text"))
    record = collection.indexes.add(space_id, to_json(tuning.recipe), to_json(settings), tuning.to_json())
    try:
        save(index, collection.indexes.folder(record.id))
    except IndexFileError:
        collection.indexes.delete(record.id)
        raise
    return record


def _of(rows: VectorRows, held: HeldOut) -> FloatArray:
    order = np.argsort(rows.ids)
    return np.asarray(rows.vectors[order[np.searchsorted(rows.ids, held.ids, sorter=order)]], np.float32)


def _without(whole: Gallery, held: HeldOut, scratch: Path) -> Gallery:
    """Copy the vectors that are not held out, to a file if they are large."""
    kept = np.flatnonzero(~np.isin(whole.ids, held.ids))
    shape = (len(kept), whole.vectors.shape[1])
    if 4 * shape[0] * shape[1] <= _IN_MEMORY:
        return Gallery(whole.ids[kept], np.asarray(whole.vectors[kept], np.float32))
    try:
        copy = np.lib.format.open_memmap(scratch / "gallery.npy", "w+", np.float32, shape)
        for start in range(0, len(kept), 16_384):
            copy[start : start + 16_384] = whole.vectors[kept[start : start + 16_384]]
        copy.flush()
    except OSError as error:
        raise IndexFileError(
            f"There is not enough disk space for tuning: {4 * shape[0] * shape[1] / 1e9:.1f} GB are "
            "needed on the disk of "
            f"{scratch}."
        ) from error
    return Gallery(whole.ids[kept], np.load(scratch / "gallery.npy", mmap_mode="r"))


@contextmanager
def _scratch(collection: Collection) -> Iterator[Path]:
    """Create a temporary directory, after deleting what a killed tuning left behind."""
    root = collection.indexes.lock_file.parent
    for left in root.glob(f"{SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=root) as folder:
        yield Path(folder)
