"""Evidence that needs the originals of a pair: small differences, parts that moved, and later frames."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from ...collection.reader import Reader
from ...collection.types import Picture
from ...errors import LookalikeError
from ...images.decoding.decode import load_image
from ...images.decoding.frames import SEVERAL, digest_frames, load_frames
from ...images.decoding.shrink import small_grey
from ...images.opencv import opencv
from ..types import Evidence
from .alignment import Matrix
from .differences import SIDE, FloatArray, is_writing, multiples, sticking_out
from .parallax import share_that_moved
from .phash import lay_down

_KEPT = 64
"""Number of decoded pictures to cache: pairs come in the order of their first picture."""
_FRAMES = 7
"""Number of frames or pages after the first that are compared."""
_SAME_WHOLE_BITS, _SAME_WHOLE, _SAME_PLACES = 8, 0.95, 0.8
"""Limits of hash distance, overlap and agreement for two pictures of the same whole."""
_PLACED, _ALL_AGREES, _ALL_FIT = 12, 0.98, 0.93
"""Minimum inliers for measuring parallax; shares of agreeing positions, and of matches that fit one
transform, above which there is none.
"""
_SAME_SHAPE = 0.03
_FRAME_APART = 0.02
"""Minimum share of positions that differ by more than compression explains, in a frame with other content."""


@dataclass(frozen=True, eq=False)
class Original:
    """The data of one original: its grey levels at `SIDE`, and its frames after the first."""

    grey: FloatArray
    frames: int
    later: tuple[FloatArray, ...]


class Originals:
    """Computes evidence from the originals of pairs in one collection. Deterministic."""

    def __init__(self, collection: Reader) -> None:
        self._collection = collection
        self._kept: OrderedDict[int, Original | None] = OrderedDict()
        self._digests: dict[int, str | None] = {}

    def look(self, a: Picture, b: Picture, seen: Evidence, matrix: Matrix | None) -> Evidence:
        """Add the evidence from the originals to `seen`; unchanged if one of them cannot be read.

        Args:
            a: the picture of the smaller id.
            b: the other.
            seen: the evidence without the originals.
            matrix: ``(3, 3)``, maps points of `a` to points of `b`, in fractions of width and height of each.
        """
        whole, moved = _same_whole(seen), matrix is not None and _could_have_moved(seen)
        if not (whole or moved or _only_frames_tell(a, b, seen)):
            return seen
        of_a, of_b = self._original(a), self._original(b)
        if of_a is None or of_b is None:
            return seen
        apart = _frames_apart(of_a, of_b)
        seen = replace(seen, frames_a=of_a.frames, frames_b=of_b.frames, frames_apart=apart)
        if seen.same_pixels:
            return seen
        if moved and matrix is not None:
            seen = replace(seen, parallax=round(_moved(of_a, of_b, seen, matrix), 4))
        return _with_changes(seen, of_a, of_b) if whole else seen

    def same_pixels(self, a: int, b: int) -> bool:
        """Whether the two decode to the same upright RGB pixels, in all their frames."""
        first, second = self._digest(a), self._digest(b)
        return first is not None and first == second

    def _digest(self, picture_id: int) -> str | None:
        """Compute a digest of all pixels; None if they cannot all be read."""
        if picture_id not in self._digests:
            try:
                data = self._collection.original(picture_id)
                first = hashlib.sha256(load_image(data).image.tobytes()).hexdigest()
                later = digest_frames(data)
                self._digests[picture_id] = None if later is None else first + later
            except LookalikeError:
                self._digests[picture_id] = None
        return self._digests[picture_id]

    def _original(self, picture: Picture) -> Original | None:
        if picture.id in self._kept:
            self._kept.move_to_end(picture.id)
            return self._kept[picture.id]
        found = self._kept[picture.id] = self._read(picture)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found

    def _read(self, picture: Picture) -> Original | None:
        try:
            data = self._collection.original(picture.id)
            grey = small_grey(load_image(data, min_side=SIDE).image, SIDE)
            frames = load_frames(data, _FRAMES, SIDE)
        except LookalikeError:
            return None
        return Original(_numbers(grey), frames.count, tuple(_numbers(frame) for frame in frames.greys))


def _same_whole(seen: Evidence) -> bool:
    if seen.inliers:
        whole = min(seen.overlap_a, seen.overlap_b) >= _SAME_WHOLE and seen.agreement >= _SAME_PLACES
        return whole and seen.hash_distance <= 2 * _SAME_WHOLE_BITS
    return seen.hash_distance <= _SAME_WHOLE_BITS


def _only_frames_tell(a: Picture, b: Picture, seen: Evidence) -> bool:
    return (a.format in SEVERAL or b.format in SEVERAL) and seen.hash_distance >= 64


def _could_have_moved(seen: Evidence) -> bool:
    return seen.inliers >= _PLACED and (seen.agreement < _ALL_AGREES or seen.inlier_ratio < _ALL_FIT)


def _moved(a: Original, b: Original, seen: Evidence, matrix: Matrix) -> float:
    # In the frame of the picture that is covered more, the shared part is larger.
    if seen.overlap_a <= seen.overlap_b:
        return share_that_moved(a.grey, b.grey, matrix)
    try:
        return share_that_moved(b.grey, a.grey, np.asarray(np.linalg.inv(matrix), np.float64))
    except np.linalg.LinAlgError:
        return 0.0


def _with_changes(seen: Evidence, a: Original, b: Original) -> Evidence:
    left, right = _same_size(np.ascontiguousarray(lay_down(a.grey, seen.hash_turn)), b.grey)
    if left is None or right is None:
        return seen
    changed = sticking_out(left, right)
    writing = changed > 0 and is_writing(left) and is_writing(right)
    return replace(seen, changed=round(changed, 3), writing=writing)


def _frames_apart(a: Original, b: Original) -> float:
    """Compute the share of frames after the first with other content; 0 if one of the two has none."""
    if not a.later or not b.later:
        return 0.0
    most = max(len(a.later), len(b.later))
    apart = 0
    for place in range(most):
        # If the numbers of frames differ, those at the same relative position are compared.
        x, y = (one.later[place * len(one.later) // most] for one in (a, b))
        apart += _shows_something_else(x, y)
    return round(apart / most, 4)


def _shows_something_else(x: FloatArray, y: FloatArray) -> bool:
    left, right = _same_size(x, y)
    if left is None or right is None:
        return True
    return sticking_out(left, right) > 0 or float((multiples(left, right) > 1).mean()) > _FRAME_APART


def _same_size(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray] | tuple[None, None]:
    """Resize both to the size of the smaller one; None if their shapes differ."""
    ratio = (x.shape[1] / x.shape[0]) / (y.shape[1] / y.shape[0])
    if abs(ratio - 1) > _SAME_SHAPE:
        return None, None
    cv = opencv()
    small = min((x, y), key=lambda grey: grey.size).shape
    resized = [
        grey if grey.shape == small else cv.resize(grey, small[::-1], interpolation=cv.INTER_AREA)
        for grey in (x, y)
    ]
    return resized[0], resized[1]


def _numbers(grey: Image.Image) -> FloatArray:
    return np.asarray(grey, np.float32)
