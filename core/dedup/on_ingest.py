"""Near-duplicates on ingest: which of the pictures just added are in the collection already.

Fast enough to run at the end of an addition: only the new pictures are searched, by their vectors and hashes;
the evidence is stored, so the next scan does not compute it again. The scan also finds copies that only share
details.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..collection.collection import Collection
from ..collection.storage.feature_cache import FeatureCache
from ..collection.types import Picture
from ..jobs import Monitor
from .candidates.nearest import joined, near_hashes, neighbours
from .scan import VERSION, compare_and_store, known_hashes, remember_looks, scored
from .scoring import model_store
from .store import PairStore
from .types import ScoredPair

LIKELY = 0.9
"""Minimum probability of a reported pair, and the default threshold."""


@dataclass(frozen=True)
class AlreadyHere:
    """A new picture and an existing one; with `together`, one of the same addition."""

    new: Picture
    existing: Picture
    pair: ScoredPair
    together: bool = False


def at_the_door(
    collection: Collection,
    new: Sequence[int],
    threshold: float = LIKELY,
    monitor: Monitor | None = None,
) -> list[AlreadyHere]:
    """Find near-duplicates of these new pictures, in order of `new`.

    For each, existing pictures come first, most probable first, then those of the same addition.

    Pairs judged different are left out, whatever their score. Files with known bytes never become pictures:
    those are `AddReport.known`.

    Args:
        collection: to which they were added.
        new: ids of the new pictures; those without a vector are skipped.
        threshold: the minimum probability.
        monitor: receives the progress, and may stop the work.

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    watched = monitor or Monitor()
    space = collection.space()
    if space is None or not len(new):
        return []
    PairStore(collection.catalogue).adopt(VERSION)
    rows = collection.vectors()
    hashes = collection.judgements.hashes()
    shown = np.isin(rows.ids, list(hashes))
    ids, vectors = rows.ids[shown], rows.vectors[shown]
    fresh = np.intersect1d(np.array(new, np.int64), ids)
    watched.say("Looking whether they are here already")
    remember_looks(collection, fresh.tolist(), watched.subtask())
    hashed, codes = known_hashes(collection, hashes)
    candidates = joined(
        [
            ("hash", near_hashes(hashed, codes, fresh, watched)),
            ("neighbour", neighbours(ids, vectors, fresh, monitor=watched)),
        ]
    )
    compare_and_store(collection, space.id, candidates, FeatureCache(collection), ids, vectors, watched)
    watched.check()
    records = PairStore(collection.catalogue).of_pictures(space.id, fresh.tolist())
    likely = [p for p in scored(records, model_store.load(collection)) if p.probability >= threshold]
    return _told(collection, likely, [int(i) for i in new])


def _told(collection: Collection, likely: Sequence[ScoredPair], new: Sequence[int]) -> list[AlreadyHere]:
    different = {(v.a_sha256, v.b_sha256) for v in collection.verdicts() if v.verdict == "different"}
    order = {picture_id: place for place, picture_id in enumerate(new)}
    pictures = {
        p.id: p for p in collection.get_many(sorted({i for pair in likely for i in (pair.a, pair.b)}))
    }
    found = []
    for pair in likely:
        # Of two new ones the later is the copy.
        existing, arrived = (pair.a, pair.b) if pair.b in order else (pair.b, pair.a)
        a, b = sorted((pictures[pair.a].sha256, pictures[pair.b].sha256))
        if (a, b) not in different:
            found.append(AlreadyHere(pictures[arrived], pictures[existing], pair, existing in order))
    return sorted(
        found, key=lambda one: (order[one.new.id], one.together, -one.pair.probability, one.existing.id)
    )
