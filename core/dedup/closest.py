"""The pairs that look most alike, compared closely: a bounded look, where a scan would take minutes.

A scan looks at ten neighbours of each picture and for shared details; this looks at the nearest one and at
equal hashes, no more than a given number of pairs. What was seen is stored, so a scan
does not look again, and it still goes through every picture.
"""

import json
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.collection.collection import Collection
from core.collection.features import FeatureCache
from core.collection.pairs import PairRecord
from core.collection.vectors import FloatArray
from core.dedup.candidates import joined, near_hashes, neighbours
from core.dedup.comparing import Comparison
from core.dedup.evidence import to_json
from core.dedup.hashes import unpack
from core.dedup.scan import VERSION, remember_looks
from core.dedup.types import Candidate
from core.jobs import Monitor, Phase

_COMPARED = 400
"""Pairs that are compared and stored at a time: a second or two."""


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
    collection.pairs.adopt(VERSION)
    rows = collection.vectors()
    shown = np.isin(rows.ids, collection.ids())
    ids, vectors = rows.ids[shown], np.asarray(rows.vectors[shown], np.float32)
    collection.hash_pixels(Phase(watched))
    remember_looks(collection, ids.tolist(), Phase(watched))
    watched.say("Looking for neighbours and equal hashes")
    looks = [(look.picture_id, unpack(look.hashes, look.colours)) for look in collection.pairs.looks()]
    present = set(ids.tolist())
    hashed = [(i, look.hashes) for i, look in looks if i in present and look.hashes is not None]
    codes = np.array([code for _, code in hashed], np.uint64).reshape(-1, 8)
    candidates = joined(
        [
            ("hash", near_hashes(np.array([i for i, _ in hashed], np.int64), codes, ids, watched)),
            ("neighbour", neighbours(ids, vectors, ids, k=1, monitor=watched)),
        ]
    )
    chosen = _most_alike(candidates, ids, vectors, most)
    compare_and_store(collection, space.id, chosen, ids, vectors, Phase(watched))
    return len(chosen)


def compare_and_store(
    collection: Collection,
    space_id: int,
    candidates: Sequence[Candidate],
    ids: NDArray[np.int64],
    vectors: FloatArray,
    monitor: Monitor,
) -> None:
    """Compare those of `candidates`, in order of their ids, that were not compared yet, and store each.

    Args:
        collection: where.
        space_id: in which space they were proposed.
        candidates: the pairs.
        ids: of the pictures of that space, ``(N,)``.
        vectors: theirs, ``(N, dim)`` float32.
        monitor: hears of the pairs compared, and may stop the work.

    Raises:
        Cancelled: the monitor was asked to stop; what was compared is kept.
    """
    known = collection.pairs.keys(space_id)
    open_ = [one for one in candidates if (one.a, one.b) not in known]
    if not open_:
        return
    monitor.say("Comparing pairs")
    monitor.expect(len(open_))
    comparison = Comparison(collection, FeatureCache(collection), ids, vectors)
    for start in range(0, len(open_), _COMPARED):
        monitor.check()
        part = open_[start : start + _COMPARED]
        seen = comparison.compare(part)
        collection.pairs.add(
            space_id,
            [PairRecord(c.a, c.b, json.dumps(c.by), to_json(e)) for c, e in zip(part, seen, strict=True)],
        )
        monitor.advance(len(part))


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
