"""Comparison of the most similar pairs only: a bounded alternative to a scan, which would take minutes.

A scan compares ten neighbours of each picture and looks for shared details; this compares the nearest one and
equal hashes, up to a given number of pairs. The evidence is stored, so a scan does not compute it again, but
it still processes every picture.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...collection.collection import Collection
from ...collection.storage.feature_cache import FeatureCache
from ...collection.storage.vector_file import FloatArray
from ...jobs import Monitor
from ..scan import VERSION, compare_and_store, known_hashes, remember_looks
from ..store import PairStore
from ..types import Candidate
from .nearest import joined, near_hashes, neighbours


def compare_closest(collection: Collection, most: int, monitor: Monitor | None = None) -> int:
    """Compare at most `most` pairs of visible pictures; returns how many there are, compared before or now.

    The pairs are deterministic, so an interrupted run can be continued.

    Raises:
        Cancelled: the monitor was asked to stop; what was compared is kept.
    """
    watched = monitor or Monitor()
    space = collection.space()
    if space is None:
        return 0
    PairStore(collection.catalogue).adopt(VERSION)
    rows = collection.vectors()
    shown = np.isin(rows.ids, collection.ids())
    ids, vectors = rows.ids[shown], np.asarray(rows.vectors[shown], np.float32)
    collection.hash_pixels(watched.subtask())
    remember_looks(collection, ids.tolist(), watched.subtask())
    watched.say("Looking for neighbours and equal hashes")
    hashed, codes = known_hashes(collection, ids)
    candidates = joined(
        [
            ("hash", near_hashes(hashed, codes, ids, watched)),
            ("neighbour", neighbours(ids, vectors, ids, k=1, monitor=watched)),
        ]
    )
    chosen = _most_alike(candidates, ids, vectors, most)
    compare_and_store(collection, space.id, chosen, FeatureCache(collection), ids, vectors, watched)
    watched.check()
    return len(chosen)


def _most_alike(
    candidates: Sequence[Candidate], ids: NDArray[np.int64], vectors: FloatArray, most: int
) -> list[Candidate]:
    """Select the `most` pairs of highest cosine, in order of their ids; ties by id."""
    if len(candidates) <= most:
        return list(candidates)
    order = np.argsort(ids)
    a, b = (
        order[np.searchsorted(ids, [getattr(one, side) for one in candidates], sorter=order)] for side in "ab"
    )
    cosine = np.einsum("ij,ij->i", vectors[a], vectors[b])
    best = np.sort(np.argsort(-cosine, kind="stable")[:most])
    return [candidates[int(i)] for i in best]
