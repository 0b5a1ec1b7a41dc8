"""Candidate pairs by shared local features, found without comparing all pairs. A picture cropped to a
quarter, written over or pasted into another is far from its original in any space of whole pictures, but
keeps some of its keypoints.

Their 256-bit codes are looked up in eight tables, each by different 32 bits of the code (multi-index hashing:
Norouzi, Punjani and Fleet, "Fast search in Hamming space with multi-index hashing", CVPR 2012). Each matching
code votes for its picture, with a weight that falls with the number of pictures that contain it, as in text
retrieval.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...local_features.orb import LocalFeatures
from .hash_buckets import Buckets

_RADIUS = 40
"""Maximum Hamming distance, of 256 bits, of two codes of the same detail."""
_TABLES = 8
_MOST = 32
"""A detail that shares a bucket with this many codes is common, and does not vote in that table."""
_FEWEST_BITS, _MOST_BITS = 12, 24

IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Votes:
    """Query pictures and pictures found, by position, and the weight of the details they share.

    Attributes:
        asked: ``(P,)`` int64.
        found: ``(P,)`` int64.
        weight: ``(P,)`` float64, above 0.
    """

    asked: IntArray
    found: IntArray
    weight: NDArray[np.float64]


class Details:
    """An index of the details of some pictures."""

    def __init__(self, pictures: Sequence[LocalFeatures]) -> None:
        self._count = len(pictures)
        self._codes, self._owners = _joined([p.descriptors for p in pictures])
        size = max(1, len(self._codes))
        self._bits = min(_MOST_BITS, max(_FEWEST_BITS, math.ceil(math.log2(size))))
        self._tables = [Buckets(self._keys(self._codes, t), self._bits) for t in range(_TABLES)]

    def vote(self, pictures: Sequence[LocalFeatures]) -> Votes:
        """Compute the votes between `pictures` and the indexed ones, direct or mirrored, whichever is
        larger.
        """
        both = [
            self._weights(*_joined([p.descriptors for p in pictures])),
            self._weights(*_joined([p.mirrored for p in pictures])),
        ]
        pairs, place = np.unique(np.concatenate([keys for keys, _ in both]), return_inverse=True)
        best = np.zeros(len(pairs))
        np.maximum.at(best, place, np.concatenate([weights for _, weights in both]))
        return Votes(pairs // max(1, self._count), pairs % max(1, self._count), best)

    def _keys(self, codes: NDArray[np.uint8], table: int) -> NDArray[np.uint32]:
        words = codes.view(np.uint32)[:, table]
        return np.asarray(words >> np.uint32(32 - self._bits), np.uint32)

    def _weights(
        self, codes: NDArray[np.uint8], owners: NDArray[np.int64]
    ) -> tuple[IntArray, NDArray[np.float64]]:
        """Compute pairs as ``asked · count + found``, and the weight of their shared details."""
        long, own = codes.view(np.uint64), self._codes.view(np.uint64)
        hits = [np.empty(0, np.int64)]
        for number, table in enumerate(self._tables):
            for i, j in table.together(self._keys(codes, number), _MOST):
                near = np.bitwise_count(long[i] ^ own[j]).sum(axis=1, dtype=np.uint16) <= _RADIUS
                hits.append(np.unique(i[near] * self._count + self._owners[j[near]]))
        detail, found = np.divmod(np.unique(np.concatenate(hits)), max(1, self._count))
        weights = 1 / np.sqrt(np.bincount(detail, minlength=1)[detail])
        pairs, place = np.unique(owners[detail] * self._count + found, return_inverse=True)
        return pairs, np.asarray(np.bincount(place, weights, minlength=len(pairs)), np.float64)


def _joined(parts: Sequence[NDArray[np.uint8]]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Concatenate all codes, ``(N, 32)``, and the position of the picture of each, ``(N,)``."""
    codes = np.concatenate([np.empty((0, 32), np.uint8), *parts])
    owners = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    return np.ascontiguousarray(codes), owners.astype(np.int64)
