"""Pairs of pictures that share details: local features that are nearly equal, found without comparing all.

What is cropped to a quarter, written over or pasted into another picture is far from its original in any
space of whole pictures, but keeps some of its keypoints. Their 256-bit codes are looked up in eight tables,
each by another 32 bits of the code (multi-index hashing: Norouzi, Punjani and Fleet, "Fast search in Hamming
space with multi-index hashing", CVPR 2012). Each code that is found again votes for the picture that it is
found in, with less weight the more pictures it is found in, as in text retrieval.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...local_features.orb import LocalFeatures
from .hash_buckets import Buckets

_RADIUS = 40
"""Bits of 256 by which two codes may differ and still be the same detail."""
_TABLES = 8
_MOST = 32
"""A detail that so many codes share a bucket with is a common one, and votes for nobody in that table."""
_FEWEST_BITS, _MOST_BITS = 12, 24

IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Votes:
    """Pictures that were asked with and pictures found, by place, and the weight of what they share.

    Attributes:
        asked: ``(P,)`` int64.
        found: ``(P,)`` int64.
        weight: ``(P,)`` float64, above 0.
    """

    asked: IntArray
    found: IntArray
    weight: NDArray[np.float64]


class Details:
    """The details of some pictures, ready to be looked up."""

    def __init__(self, pictures: Sequence[LocalFeatures]) -> None:
        self._count = len(pictures)
        self._codes, self._owners = _joined([p.descriptors for p in pictures])
        size = max(1, len(self._codes))
        self._bits = min(_MOST_BITS, max(_FEWEST_BITS, math.ceil(math.log2(size))))
        self._tables = [Buckets(self._keys(self._codes, t), self._bits) for t in range(_TABLES)]

    def vote(self, pictures: Sequence[LocalFeatures]) -> Votes:
        """What `pictures` share with those in here, seen straight or in a mirror, whichever is more."""
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
        """Pairs as ``asked · count + found``, and how much their shared details weigh."""
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
    """All codes, ``(N, 32)``, and the place of the picture that each is of, ``(N,)``."""
    codes = np.concatenate([np.empty((0, 32), np.uint8), *parts])
    owners = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    return np.ascontiguousarray(codes), owners.astype(np.int64)
