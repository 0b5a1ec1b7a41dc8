"""Which pairs of pictures are worth a closer look: found by hash, in the space, and by shared details.

Each way is one-sided: nothing is compared with everything, and each of `new` pictures is looked for among
all, so that adding pictures costs what they cost and not what the collection does.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ...index.base import SearchParameters
from ...index.build import build
from ...index.spec import FLAT, Recipe
from ...jobs import Monitor
from ...local_features.orb import LocalFeatures
from ..evidence.phash import Codes
from ..types import Candidate, Proposal
from .hash_buckets import Buckets
from .local_features import Details

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float32]

NEIGHBOURS = 10
"""Number of nearest neighbours considered per picture."""
FLOOR = 0.6
"""Minimum cosine of a candidate."""
HASH_RADIUS = 8
"""Maximum Hamming distance, of 64 bits, of two perceptual hashes."""
DETAILS = 20
"""Number of pictures with the most shared details considered per picture."""
SHARED = 2.5
"""Minimum weight of the shared details."""

_EXACT = 400_000_000
"""Maximum number of brute-force vector comparisons; above it, a graph is used."""
_GRAPH = Recipe("hnsw", "HNSW32", ef_construction=40)
_BREADTH = 48
_ASKED_AT_ONCE = 4096

_BAND = 8
_MOST = 256
_BEYOND = 64
"""Number of hashes considered of a bucket of more than `_MOST` (blank pages, many copies): the first ones, so
that all are compared with the same. More than `HASHED`, so that the bucket is recognised as large.
"""
HASHED = 40
"""Maximum number of pairs by hash per picture; of more, only those with the first and the nearest are
compared.
"""
_FIRST, _NEAREST = 10, 4

_BLOCK = 4000
"""Pictures whose details are indexed at a time: 2 million codes, half a gigabyte with their tables."""


def neighbours(
    ids: IntArray,
    vectors: FloatArray,
    new: IntArray,
    k: int = NEIGHBOURS,
    floor: float = FLOOR,
    monitor: Monitor | None = None,
) -> IntArray:
    """Pair each new picture with its nearest neighbours.

    Args:
        ids: ``(N,)``, distinct ids of the pictures.
        vectors: ``(N, dim)`` float32, L2-normalised.
        new: ids to search; those without a vector are skipped.
        k: neighbours per picture, at least 1.
        floor: the minimum cosine of a neighbour.
        monitor: may stop the work.

    Returns:
        ``(P, 2)`` int64, pairs of ids in ascending order, each once. Exact up to 20,000 pictures; beyond that
        from a graph, with 99 % of the exact pairs (`benchmarks/pairs.py`).

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    monitor = monitor or Monitor()
    rows = np.flatnonzero(np.isin(ids, new))
    if len(ids) < 2 or not len(rows):
        return _none()
    exact = len(rows) * len(ids) <= _EXACT
    index = build(FLAT if exact else _GRAPH, ids, vectors)
    found: list[IntArray] = []
    for start in range(0, len(rows), _ASKED_AT_ONCE):
        monitor.check()
        part = rows[start : start + _ASKED_AT_ONCE]
        nearest = index.search(
            np.ascontiguousarray(vectors[part]), k + 1, parameters=SearchParameters(ef_search=_BREADTH)
        )
        own = np.repeat(ids[part][:, None], k + 1, axis=1)
        near = (nearest.ids >= 0) & (nearest.ids != own) & (nearest.scores >= floor)
        found.append(_ordered(own[near], nearest.ids[near]))
    return np.unique(np.concatenate(found), axis=0)


def near_hashes(ids: IntArray, hashes: Codes, new: IntArray, monitor: Monitor | None = None) -> IntArray:
    """Pair each new picture with those whose hash differs by at most `HASH_RADIUS` bits in some orientation.

    All pairs that differ by 6 bits or less are found, since two of the eight bytes of their hashes are equal
    then, and nine of ten that differ by 8.

    Args:
        ids: ``(N,)``, distinct ids of the pictures.
        hashes: ``(N, 8)`` uint64, of each picture in each orientation.
        new: ids to search.
        monitor: may stop the work.

    Returns:
        ``(P, 2)`` int64, pairs of ids in ascending order, each once.

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    monitor = monitor or Monitor()
    rows = np.flatnonzero(np.isin(ids, new))
    asked, whose = hashes[rows].ravel(), np.repeat(ids[rows], hashes.shape[1] if len(rows) else 1)
    straight = np.ascontiguousarray(hashes[:, 0]) if len(hashes) else np.empty(0, np.uint64)
    found = [np.empty((0, 3), np.int64)]
    for bands in combinations(range(8), 2):
        monitor.check()
        table = Buckets(_band(straight, bands), 2 * _BAND)
        for i, j in table.together(_band(asked, bands), _MOST, _BEYOND):
            bits = np.bitwise_count(asked[i] ^ straight[j]).astype(np.int64)
            near = (bits <= HASH_RADIUS) & (whose[i] != ids[j])
            found.append(np.unique(np.column_stack([whose[i], ids[j], bits])[near], axis=0))
    return _few_of_each(np.unique(np.concatenate(found), axis=0))


def _few_of_each(rows: IntArray) -> IntArray:
    """Limit the pairs ``(picture, other, bits)``, ascending, per picture: all if there are few, some if there
    are many.

    Of many, the first are kept, so that each of a thousand copies is compared with the same few, which tie
    them together in a group (`core.dedup.groups.classes`), and the nearest.
    """
    once = np.ones(len(rows), np.bool_)  # the smallest distance of each pair comes first
    once[1:] = (rows[1:, :2] != rows[:-1, :2]).any(axis=1)
    by_id = rows[once]
    nearest = by_id[np.lexsort((by_id[:, 1], by_id[:, 2], by_id[:, 0]))]
    kept = []
    for order, most in ((by_id, _FIRST), (nearest, _NEAREST)):
        starts, stops = (np.searchsorted(order[:, 0], order[:, 0], side) for side in ("left", "right"))
        kept.append(order[(stops - starts <= HASHED) | (np.arange(len(order)) - starts < most)])
    few = np.concatenate(kept)
    return np.unique(_ordered(few[:, 0], few[:, 1]), axis=0)


def shared_details(
    ids: Sequence[int],
    new: Sequence[int],
    features: Callable[[Sequence[int]], dict[int, LocalFeatures]],
    monitor: Monitor | None = None,
) -> IntArray:
    """Pair each new picture with those that share the most details with it.

    Args:
        ids: of all pictures, in any order.
        new: ids to search, a subset of `ids`.
        features: returns the features of the pictures with these ids, as far as they have any.
        monitor: receives the progress, and may stop the work.

    Returns:
        ``(P, 2)`` int64, pairs of ids in ascending order, each once.

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    monitor = monitor or Monitor()
    best: dict[int, list[tuple[float, int]]] = {}
    fresh = set(new)
    old = [i for i in ids if i not in fresh]
    blocks = [part for group in (old, list(new)) for part in _parts(group)]
    monitor.expect(len(blocks) * len(_parts(new)))
    for block in blocks:
        there = features(block)
        found_ids = list(there)
        details = Details(list(there.values()))
        for part in _parts(new):
            monitor.check()
            asked = there if part == block else features(part)
            asked_ids = list(asked)
            votes = details.vote(list(asked.values()))
            enough = votes.weight >= SHARED
            for i, j, weight in zip(
                votes.asked[enough], votes.found[enough], votes.weight[enough], strict=True
            ):
                a, b = asked_ids[i], found_ids[j]
                if a != b:
                    best.setdefault(a, []).append((-float(weight), b))
            monitor.advance()
    pairs = [sorted((a, b)) for a, others in best.items() for _, b in sorted(others)[:DETAILS]]
    return np.unique(np.array(pairs, np.int64).reshape(-1, 2), axis=0)


def joined(proposed: Iterable[tuple[Proposal, IntArray]]) -> list[Candidate]:
    """Merge the pairs by ids, with everything that proposed each."""
    reasons: dict[tuple[int, int], list[Proposal]] = {}
    for proposal, pairs in proposed:
        for a, b in pairs.tolist():
            reasons.setdefault((a, b), []).append(proposal)
    return [Candidate(a, b, tuple(reasons[a, b])) for a, b in sorted(reasons)]


def _band(hashes: Codes, bands: tuple[int, ...]) -> NDArray[np.uint32]:
    key = np.zeros(len(hashes), np.uint32)
    for place, band in enumerate(bands):
        part = (hashes >> np.uint64(_BAND * band)) & np.uint64(255)
        key |= part.astype(np.uint32) << np.uint32(_BAND * place)
    return key


def _parts(ids: Sequence[int]) -> list[list[int]]:
    return [list(ids[start : start + _BLOCK]) for start in range(0, len(ids), _BLOCK)]


def _ordered(a: IntArray, b: IntArray) -> IntArray:
    return np.stack([np.minimum(a, b), np.maximum(a, b)], axis=1).astype(np.int64)


def _none() -> IntArray:
    return np.empty((0, 2), np.int64)
