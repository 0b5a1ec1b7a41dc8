"""Details at the same position in many otherwise different pictures: the window of a program, a printed form.

Such details match perfectly between unrelated pictures, and would outvote their content. They are found in a
sample of the collection like stop words in text retrieval (Sivic and Zisserman, "Video Google", ICCV 2003),
by document frequency, where copies of one picture, identified by perceptual hash, count as one document. A
detail is its position, to a few pixels, and part of its code; no pictures are compared pairwise.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...collection.reader import Reader
from ...collection.storage.feature_cache import VERSION
from ...local_features.orb import LocalFeatures
from ...private_files import make_private_folders, replace_private
from ..evidence.phash import Codes

SAMPLE = 600
"""Sample size, in pictures."""
PICTURES = 6
"""Number of different pictures from which a detail is not distinctive."""

_CELL = 8
"""Cell size of a position, in pixels. Two grids, half a cell apart, so that no position is on the border of
both.
"""
_WORDS = 8
"""Number of 32-bit parts of a code, one of which must be equal."""
_OTHER_BITS = 8
"""Minimum Hamming distance of the hashes of different pictures."""
_MOST_OWNERS = 48
_FILE = "shared-places.bin"

Keys = NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class SharedPlaces:
    """Details that are not distinctive.

    Attributes:
        keys: ``(K,)`` uint64, ascending: hashes of a position and a part of a code.
    """

    keys: Keys

    def without(self, features: LocalFeatures) -> LocalFeatures:
        """Remove these details from the features of a picture."""
        if not len(self.keys) or not len(features):
            return features
        own = _keys(features)
        place = np.minimum(np.searchsorted(self.keys, own), len(self.keys) - 1)
        kept = ~(self.keys[place] == own).any(axis=1)
        if kept.all():
            return features
        return LocalFeatures(
            features.points[kept],
            features.descriptors[kept],
            features.mirrored[kept],
            features.width,
            features.height,
        )


NONE = SharedPlaces(np.empty(0, np.uint64))


def find(features: Sequence[LocalFeatures], hashes: Codes) -> SharedPlaces:
    """Find the details that at least `PICTURES` different pictures have at one position.

    Args:
        features: of N pictures.
        hashes: ``(N,)`` uint64, their perceptual hashes.

    Raises:
        ValueError: the numbers of hashes and pictures differ.
    """
    if len(features) != len(hashes):
        raise ValueError(f"{len(features)} pictures and {len(hashes)} hashes")
    own = [np.unique(_keys(one)) for one in features]
    keys = np.concatenate([np.empty(0, np.uint64), *own])
    owners = np.repeat(np.arange(len(own)), [len(one) for one in own])
    order = np.argsort(keys, kind="stable")
    keys, owners = keys[order], owners[order]
    starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.empty(0, np.int64)
    sizes = np.diff(np.append(starts, len(keys)))
    apart = np.bitwise_count(hashes[:, None] ^ hashes[None, :]) > _OTHER_BITS
    shared = [
        keys[start]
        for start, size in zip(starts[sizes >= PICTURES], sizes[sizes >= PICTURES], strict=True)
        if _different(owners[start : start + min(size, _MOST_OWNERS)], apart)
    ]
    return SharedPlaces(np.array(shared, np.uint64))


def keep(collection: Reader, found: SharedPlaces) -> None:
    """Store them beside the collection's features; skipped if the disk is full or read-only."""
    place = _place(collection)
    with suppress(OSError):
        make_private_folders(collection.root, place.parent)
        replace_private(place, found.keys.astype("<u8").tobytes(), durable=False)


def load(collection: Reader) -> SharedPlaces:
    """Load those found by the last scan; none before."""
    with suppress(OSError):
        data = _place(collection).read_bytes()
        return SharedPlaces(np.unique(np.frombuffer(data[: len(data) // 8 * 8], "<u8").astype(np.uint64)))
    return NONE


def _place(collection: Reader) -> Path:
    return collection.root / "features" / VERSION / _FILE


def _different(owners: NDArray[np.int64], apart: NDArray[np.bool_]) -> bool:
    """Whether at least `PICTURES` of these differ from one another."""
    chosen: list[int] = []
    for owner in owners.tolist():
        if all(apart[owner, other] for other in chosen):
            chosen.append(owner)
            if len(chosen) == PICTURES:
                return True
    return False


def _keys(features: LocalFeatures) -> Keys:
    """Compute the keys ``(N, 16)`` of each keypoint, for each part of its code and both grids."""
    words = np.ascontiguousarray(features.descriptors).view(np.uint32).astype(np.uint64)
    part = np.arange(_WORDS, dtype=np.uint64) << np.uint64(32)
    size = np.uint64(features.width * 4096 + features.height)
    found = []
    for offset in (0.0, _CELL / 2):
        cell = ((features.points + offset) // _CELL).astype(np.uint64)
        place = ((cell[:, 0] * np.uint64(4096) + cell[:, 1]) * np.uint64(2) + np.uint64(offset > 0)) ^ _mixed(
            size
        )
        found.append(_mixed(_mixed(words | part) ^ _mixed(place)[:, None]))
    return np.concatenate(found, axis=1)


def _mixed(x: Keys | np.uint64) -> Keys:
    """Apply the output function of SplitMix64: Steele, Lea and Flood, OOPSLA 2014. Overflow is intended."""
    with np.errstate(over="ignore"):
        x = np.asarray(x, np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(x ^ (x >> np.uint64(31)), np.uint64)
