"""Local features of the pictures of a collection: computed once, kept by content hash.

One small file a picture under ``features/orb-v3/``. Everything here can be deleted at any time and is
computed again when it is next asked for; whatever changes what is computed or how it is written gets a
folder of another name. A file takes 68 bytes a keypoint, 34 kB for a picture full of them.
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
"""Steps a pixel that places are kept at: `WORKING_SIDE` pixels of them fit 16 bits, and a keypoint's place is
never as sure as half a step."""
_CHUNK = 64
_WORKERS = max(1, os.cpu_count() or 1)


@dataclass(frozen=True)
class FeatureSet:
    """Features by picture id, and the pictures that have none to give, with the reason."""

    found: dict[int, LocalFeatures]
    skipped: tuple[Skip, ...]


@dataclass(frozen=True)
class FeatureReport:
    """What came of computing features: `computed` now, `known` from before, and those that could not be."""

    computed: int
    known: int
    skipped: tuple[Skip, ...]
    seconds: float
    cancelled: bool = False


def features_of_file(data: bytes | Path) -> LocalFeatures:
    """Features of a picture file, decoded as those of the collection are.

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
        """The features of these pictures, as far as they have been computed before."""
        read = {picture.id: self._read(picture.sha256) for picture in self._collection.get_many(ids)}
        return FeatureSet({i: features for i, features in read.items() if features is not None}, ())

    def of(self, ids: Sequence[int]) -> FeatureSet:
        """The features of these pictures; those not there yet are computed from the originals now.

        A picture whose original is gone is skipped with the reason, and ids that are not there are left out.
        """
        pictures = self._collection.get_many(ids)
        known = {picture.id: self._read(picture.sha256) for picture in pictures}
        found = {picture_id: features for picture_id, features in known.items() if features is not None}
        missing = [picture for picture in pictures if picture.id not in found]
        if not missing:  # the rule: fifty small files take less time than threads to read them in
            return FeatureSet(found, ())
        with Workers(_WORKERS, "lookalike-features") as pool:
            computed = _collect(missing, pool.map(self._compute, missing))
        return FeatureSet(found | computed.found, computed.skipped)

    def ensure_features(self, ids: Sequence[int], monitor: Monitor | None = None) -> FeatureReport:
        """Compute what is missing of these pictures, so that later searches do not wait for it.

        What is finished stays when it is cancelled or dies; running it again goes on from there. Files of
        pictures that were deleted for good are removed first.
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
        """Remove what no picture needs any more, of this version and of others; returns how many files."""
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
        """Features of one picture, or why there are none."""
        try:
            features = features_of_file(self._collection.original(picture.id))
        except LookalikeError as error:
            return str(error)
        packed = pack(features)
        with suppress(OSError):  # a full or read-only disk only means that they are computed again
            self._write(picture.sha256, packed)
        return unpack(packed)  # as they will be read: the first search gives what the second does

    def _place(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def _read(self, sha256: str) -> LocalFeatures | None:
        try:
            return unpack(self._place(sha256).read_bytes())
        except (OSError, ValueError):
            return None  # not there yet, or no whole file of ours: computed anew

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
    """The bytes of a cache file."""
    places = np.clip(np.rint(features.points * _STEPS), 0, 2**16 - 1).astype("<u2")
    head = _HEAD.pack(_MARK, features.width, features.height, len(features))
    return head + places.tobytes() + features.descriptors.tobytes() + features.mirrored.tobytes()


def unpack(data: bytes) -> LocalFeatures:
    """The features that `pack` wrote, their places to a 32nd of a pixel.

    Raises:
        ValueError: these are no such bytes.
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
