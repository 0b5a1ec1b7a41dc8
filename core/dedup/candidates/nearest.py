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
"""Nearest neighbours of each picture that are looked at."""
FLOOR = 0.6
"""Cosine under which a neighbour is no candidate."""
HASH_RADIUS = 8
"""Bits of 64 by which two perceptual hashes may differ."""
DETAILS = 20
"""Pictures that share most details with a picture, as many as are looked at."""
SHARED = 2.5
"""Weight of the details that have to be shared."""

_EXACT = 400_000_000
"""Comparisons of two vectors that are made one by one; more are left to a graph."""
_GRAPH = Recipe("hnsw", "HNSW32", ef_construction=40)
_BREADTH = 48
_ASKED_AT_ONCE = 4096

_BAND = 8
_MOST = 256
_BEYOND = 64
"""Of a bucket of more than `_MOST` hashes (blank pages, many copies) so many are looked at: the first ones,
so that all in it are compared with the same. More than `HASHED`, so that these are seen to be many."""
HASHED = 40
"""Pairs by hash of one picture that are all looked at; of more only those with the first and the nearest."""
_FIRST, _NEAREST = 10, 4

_BLOCK = 4000
"""Pictures whose details are looked into at a time: 2 million codes, half a gigabyte with their tables."""


def neighbours(
    ids: IntArray,
    vectors: FloatArray,
    new: IntArray,
    k: int = NEIGHBOURS,
    floor: float = FLOOR,
    monitor: Monitor | None = None,
) -> IntArray:
    """Each new picture with its nearest among all.

    Args:
        ids: ``(N,)``, of the pictures, each once.
        vectors: ``(N, dim)`` float32, L2-normalised.
        new: ids to look for; those without a vector are passed over.
        k: neighbours of each, at least 1.
        floor: the cosine that a neighbour has at least.
        monitor: may stop the work.

    Returns:
        ``(P, 2)`` int64, pairs of ids in ascending order, each once. Exact up to 20,000 pictures; beyond
        that from a graph, with 99 of 100 of the exact pairs (`benchmarks/pairs.py`).

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
    """Each new picture with those whose hash differs by at most `HASH_RADIUS` bits in some turn.

    All pairs that differ by 6 bits or less are found, since two of the eight bytes of their hashes are equal
    then, and nine of ten that differ by 8.

    Args:
        ids: ``(N,)``, of the pictures, each once.
        hashes: ``(N, 8)`` uint64, of each picture in each turn.
        new: ids to look for.
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
    """Pairs from ``(picture, other, bits)``, ascending: all of a picture that has few, some of many.

    Those of many are the first, so that each of a thousand copies is compared with the same few, which tie
    them together in a group (`core.dedup.groups.classes`), and the nearest.
    """
    once = np.ones(len(rows), np.bool_)  # the fewest bits of each two come first
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
    """Each new picture with those that share most details with it.

    Args:
        ids: of all pictures, in any order.
        new: of those to look for, which are among `ids`.
        features: gives the features of the pictures of these ids, as far as they have any to give.
        monitor: is told of each block, and may stop the work.

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
    """Every pair once, by its ids, with all that proposed it."""
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
