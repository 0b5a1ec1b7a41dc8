"""The pairs that look most alike, compared closely: a bounded look, where a scan would take minutes.

A scan looks at ten neighbours of each picture and for shared details; this looks at the nearest one and at
equal hashes, no more than a given number of pairs. What was seen is stored, so a scan
does not look again, and it still goes through every picture.
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
    """Compare at most `most` pairs of pictures in sight; returns how many those are, compared before or now.

    The same pictures give the same pairs, so a run that was stopped goes on where it was.

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
    """The `most` pairs of highest cosine, in order of their ids; ties by id."""
    if len(candidates) <= most:
        return list(candidates)
    order = np.argsort(ids)
    a, b = (
        order[np.searchsorted(ids, [getattr(one, side) for one in candidates], sorter=order)] for side in "ab"
    )
    cosine = np.einsum("ij,ij->i", vectors[a], vectors[b])
    best = np.sort(np.argsort(-cosine, kind="stable")[:most])
    return [candidates[int(i)] for i in best]
