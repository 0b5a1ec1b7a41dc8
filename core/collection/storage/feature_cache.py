"""A cache of the local features of a collection's pictures, by content hash. One small file per picture under
``features/orb-v3/``.

Everything here can be deleted at any time and is recomputed on demand; a change of the features or of the
file format uses a folder of another name. A file takes 68 bytes per keypoint, at most 34 kB per picture.
"""

import os
import shutil
import struct
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...errors import LookalikeError
from ...images.decoding.decode import load_image
from ...jobs import Cancelled, Monitor
from ...local_features.orb import DESCRIPTOR_BYTES, WORKING_SIDE, LocalFeatures, local_features
from ...private_files import make_private_folders, replace_private, sweep
from ...workers import Workers
from ..reader import Reader
from ..types import Picture, Skip

VERSION = "orb-v3"

_HEAD = struct.Struct("<4sHHI")
"""Mark, width, height, number of keypoints."""
_MARK = b"LLF1"
_STEPS = 32
"""Steps per pixel in which positions are stored: `WORKING_SIDE` pixels fit 16 bits, and a keypoint's position
is less accurate than half a step.
"""
_CHUNK = 64
_WORKERS = max(1, os.cpu_count() or 1)


@dataclass(frozen=True)
class FeatureSet:
    """Features by picture id, and the pictures without features, with the reason."""

    found: dict[int, LocalFeatures]
    skipped: tuple[Skip, ...]


@dataclass(frozen=True)
class FeatureReport:
    """The result of computing features: `computed` now, `known` from before, and skipped ones."""

    computed: int
    known: int
    skipped: tuple[Skip, ...]
    seconds: float
    cancelled: bool = False


def features_of_file(data: bytes | Path) -> LocalFeatures:
    """Compute the features of a picture file, decoded like those of the collection.

    Raises:
        ImageError: it cannot be read as a picture.
    """
    return local_features(load_image(data, min_side=WORKING_SIDE).image)


class FeatureCache:
    """The local features of one collection. Safe to use from several threads and processes at once."""

    def __init__(self, collection: Reader) -> None:
        self._collection = collection
        self._folder = collection.root / "features" / VERSION

    def known(self, ids: Sequence[int]) -> FeatureSet:
        """Return the features of these pictures, as far as they have been computed before."""
        read = {picture.id: self._read(picture.sha256) for picture in self._collection.get_many(ids)}
        return FeatureSet({i: features for i, features in read.items() if features is not None}, ())

    def of(self, ids: Sequence[int]) -> FeatureSet:
        """Return the features of these pictures; missing ones are computed from the originals now.

        A picture whose original is missing is skipped with the reason, and unknown ids are left out.
        """
        pictures = self._collection.get_many(ids)
        known = {picture.id: self._read(picture.sha256) for picture in pictures}
        found = {picture_id: features for picture_id, features in known.items() if features is not None}
        missing = [picture for picture in pictures if picture.id not in found]
        if not missing:  # the usual case: reading fifty small files takes less time than starting threads
            return FeatureSet(found, ())
        with Workers(_WORKERS, "lookalike-features") as pool:
            computed = _collect(missing, pool.map(self._compute, missing))
        return FeatureSet(found | computed.found, computed.skipped)

    def ensure_features(self, ids: Sequence[int], monitor: Monitor | None = None) -> FeatureReport:
        """Compute the missing features of these pictures, so that later searches do not wait.

        Finished work is kept on cancellation or a crash; the next run continues from there. Files of
        permanently deleted pictures are removed first.
        """
        watched = monitor or Monitor()
        watched.say("Computing local features")
        watched.expect(len(ids))
        self.clean()
        known, computed, skipped = 0, 0, list[Skip]()
        with watched.in_charge(), Workers(_WORKERS, "lookalike-features") as pool:
            for start in range(0, len(ids), _CHUNK):
                if watched.cancelled:
                    break
                chunk = self._collection.get_many(ids[start : start + _CHUNK])
                missing = [picture for picture in chunk if self._read(picture.sha256) is None]
                try:
                    done = _collect(missing, pool.map(self._compute, missing))
                except Cancelled:
                    break
                known += len(chunk) - len(missing)
                computed += len(done.found)
                skipped += done.skipped
                watched.advance(len(ids[start : start + _CHUNK]))
        return FeatureReport(computed, known, tuple(skipped), watched.snapshot().elapsed_s, watched.cancelled)

    def clean(self) -> int:
        """Remove files that no picture needs any more, of this and other versions; returns how many."""
        if not self._folder.parent.is_dir():
            return 0
        for other in self._folder.parent.iterdir():
            if other != self._folder:
                shutil.rmtree(other, ignore_errors=True)
        for folder in (self._folder, *self._folder.glob("??")):
            sweep(folder)
        mark = self._folder / "purges"
        purges = str(self._collection.purges())
        with suppress(OSError):
            if not self._folder.is_dir() or (mark.is_file() and mark.read_text() == purges):
                return 0
            removed = 0
            named = self._named()
            for path in self._folder.glob("??/*"):
                if path.name not in named:
                    path.unlink(missing_ok=True)
                    removed += 1
            replace_private(mark, purges.encode(), durable=False)
            return removed
        return 0

    def _named(self) -> set[str]:
        ids = self._collection.ids() + self._collection.removed_ids()
        return {picture.sha256 for picture in self._collection.get_many(ids)}

    def _compute(self, picture: Picture) -> LocalFeatures | str:
        """Compute the features of one picture, or explain why there are none."""
        try:
            features = features_of_file(self._collection.original(picture.id))
        except LookalikeError as error:
            return str(error)
        packed = pack(features)
        with suppress(OSError):  # on a full or read-only disk they are just computed again
            self._write(picture.sha256, packed)
        return unpack(packed)  # as they will be read back: the first search gives the same as the second

    def _place(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def _read(self, sha256: str) -> LocalFeatures | None:
        try:
            return unpack(self._place(sha256).read_bytes())
        except (OSError, ValueError):
            return None  # missing, or not a complete file of ours: recomputed

    def _write(self, sha256: str, packed: bytes) -> None:
        place = self._place(sha256)
        make_private_folders(self._collection.root, place.parent)
        replace_private(place, packed, durable=False)


def _collect(pictures: Sequence[Picture], outcomes: Iterable[LocalFeatures | str]) -> FeatureSet:
    found, skipped = dict[int, LocalFeatures](), list[Skip]()
    for picture, outcome in zip(pictures, outcomes, strict=True):
        if isinstance(outcome, str):
            skipped.append(Skip(picture.name, outcome))
        else:
            found[picture.id] = outcome
    return FeatureSet(found, tuple(skipped))


def pack(features: LocalFeatures) -> bytes:
    """Serialise features to the bytes of a cache file."""
    places = np.clip(np.rint(features.points * _STEPS), 0, 2**16 - 1).astype("<u2")
    head = _HEAD.pack(_MARK, features.width, features.height, len(features))
    return head + places.tobytes() + features.descriptors.tobytes() + features.mirrored.tobytes()


def unpack(data: bytes) -> LocalFeatures:
    """Parse the features that `pack` wrote; positions are accurate to 1/32 pixel.

    Raises:
        ValueError: the bytes are invalid.
    """
    if len(data) < _HEAD.size:
        raise ValueError("too short")
    mark, width, height, count = _HEAD.unpack_from(data)
    if mark != _MARK or len(data) != _HEAD.size + count * (4 + 2 * DESCRIPTOR_BYTES):
        raise ValueError("not a whole file of local features")
    places = np.frombuffer(data, "<u2", 2 * count, _HEAD.size).reshape(count, 2)
    codes = np.frombuffer(data, np.uint8, offset=_HEAD.size + 4 * count).reshape(2, count, DESCRIPTOR_BYTES)
    points = np.asarray(places / _STEPS, np.float32)
    return LocalFeatures(points, codes[0], codes[1], width, height)
