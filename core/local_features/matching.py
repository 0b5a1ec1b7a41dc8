"""Matching of the keypoints of two pictures.

For every keypoint of a candidate, its two nearest neighbours among those of the query are found (brute force
over 256-bit codes in FAISS, which takes a fifth of the time of OpenCV's matcher here). A match counts if it
is clearly nearer than the second nearest (ratio test: Lowe, IJCV 2004), and each keypoint of the query is
assigned to the nearest of those that match it.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .orb import LocalFeatures
from .ransac import Geometry, fit, no_geometry

_RATIO = 0.8
"""Maximum ratio of the nearest to the second nearest distance, in bits."""
_SHARE = 8
"""Candidates per task of a thread."""


def match(a: LocalFeatures, b: LocalFeatures) -> Geometry:
    """Match `a` and `b`, directly and mirrored, and return the reading with more agreement.

    A picture without keypoints matches none. The result is deterministic.
    """
    return match_many(a, [b])[0]


def match_many(a: LocalFeatures, others: Sequence[LocalFeatures]) -> list[Geometry]:
    """Match `a` with each of `others`, in their order, on all cores; see `match`."""
    return match_groups([(a, others)])[0]


def match_groups(groups: Sequence[tuple[LocalFeatures, Sequence[LocalFeatures]]]) -> list[list[Geometry]]:
    """Match each picture with its own list of others, in their order, on all cores."""
    indexes = [_both_indexes(a) if others else None for a, others in groups]
    shares = [
        (number, a, others[start : start + _SHARE])
        for number, (a, others) in enumerate(groups)
        for start in range(0, len(others), _SHARE)
    ]
    found: list[list[Geometry]] = [[] for _ in groups]
    done = _workers().map(lambda s: [_compare(s[1], indexes[s[0]], b) for b in s[2]], shares)
    for (number, *_), geometries in zip(shares, done, strict=True):
        found[number] += geometries
    return found


def _both_indexes(a: LocalFeatures) -> list[tuple[bool, Any]] | None:
    """Index the descriptors of `a`, direct and mirrored."""
    if len(a) < 2:  # without a second nearest, a match cannot be told from chance
        return None
    return [(False, _index(a.descriptors)), (True, _index(a.mirrored))]


def _compare(a: LocalFeatures, indexes: list[tuple[bool, Any]] | None, b: LocalFeatures) -> Geometry:
    best = no_geometry()
    if indexes is None or not len(b):
        return best
    for mirrored, index in indexes:
        pairs, mean_distance = _pairs(*index.search(b.descriptors, 2))
        geometry = fit(a, b, pairs, mean_distance, mirrored=mirrored)
        if geometry.strength > best.strength:
            best = geometry
    return best


def _index(descriptors: NDArray[np.uint8]) -> Any:
    import faiss

    index = faiss.IndexBinaryFlat(8 * descriptors.shape[1])
    index.add(np.ascontiguousarray(descriptors))
    return index


@cache
def _workers() -> ThreadPoolExecutor:
    """Return a pool of threads in which FAISS does not start its own threads.

    It would do so for every 32 keypoints: on busy cores, where each round waits for its slowest thread, 50
    candidates took 1,000 ms instead of 60. The setting is per thread, so searches elsewhere keep theirs.
    """
    import faiss

    return ThreadPoolExecutor(
        max(1, os.cpu_count() or 1),
        thread_name_prefix="lookalike-match",
        initializer=faiss.omp_set_num_threads,
        initargs=(1,),
    )


def _pairs(distances: NDArray[np.int32], nearest: NDArray[np.int64]) -> tuple[NDArray[np.int64], float]:
    """Return matches ``(M, 2)``, keypoints of the query and of the candidate, and their mean distance in
    bits.

    Args:
        distances: ``(N, 2)``, from the candidate's N keypoints to their two nearest in the query.
        nearest: ``(N, 2)``, the keypoints at those distances.
    """
    clear = np.flatnonzero(distances[:, 0] < _RATIO * distances[:, 1])
    # Nearest first; then the first match of each keypoint of the query is kept.
    clear = clear[np.argsort(distances[clear, 0], kind="stable")]
    _, first = np.unique(nearest[clear, 0], return_index=True)
    kept = clear[np.sort(first)]
    if not len(kept):
        return np.empty((0, 2), np.int64), 256.0
    return np.stack([nearest[kept, 0], kept], axis=1), float(distances[kept, 0].mean())
