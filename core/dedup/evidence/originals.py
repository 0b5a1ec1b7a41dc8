"""What only the originals of a pair show: small differences, parts that moved, and later frames."""

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
"""Pictures that are kept decoded: pairs come in the order of their first picture."""
_FRAMES = 7
"""Frames or pages after the first that are compared."""
_SAME_WHOLE_BITS, _SAME_WHOLE, _SAME_PLACES = 8, 0.95, 0.8
"""How near hashes are, how much overlaps, and how much of that agrees, in two pictures of the same whole."""
_PLACED, _ALL_AGREES, _ALL_FIT = 12, 0.98, 0.93
"""Points that have to agree for a movement to be followed; shares of places that agree, and of matches that
fit one movement, at which there is none left."""
_SAME_SHAPE = 0.03
_FRAME_APART = 0.02
"""Share of its places that differ by more than compression explains, in a frame that shows something else."""


@dataclass(frozen=True, eq=False)
class Original:
    """What is needed of one original: its grey levels at `SIDE`, and its frames after the first."""

    grey: FloatArray
    frames: int
    later: tuple[FloatArray, ...]


class Originals:
    """Looks at the originals of pairs in one collection. The same pairs always give the same."""

    def __init__(self, collection: Reader) -> None:
        self._collection = collection
        self._kept: OrderedDict[int, Original | None] = OrderedDict()
        self._digests: dict[int, str | None] = {}

    def look(self, a: Picture, b: Picture, seen: Evidence, matrix: Matrix | None) -> Evidence:
        """`seen` with what the originals add to it; as it is where one of them cannot be read.

        Args:
            a: the picture of the smaller id.
            b: the other.
            seen: what was seen without the originals.
            matrix: ``(3, 3)``, takes points of `a` to points of `b`, in shares of width and height of each.
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
        """Of all pixels; None where they cannot all be read."""
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
    # In the frame of the picture that is covered more, the part they share is seen larger.
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
    """Share of the frames after the first that show something else; 0 where one of the two has none."""
    if not a.later or not b.later:
        return 0.0
    most = max(len(a.later), len(b.later))
    apart = 0
    for place in range(most):
        # Of a different number of frames those at the same part of the whole are compared.
        x, y = (one.later[place * len(one.later) // most] for one in (a, b))
        apart += _shows_something_else(x, y)
    return round(apart / most, 4)


def _shows_something_else(x: FloatArray, y: FloatArray) -> bool:
    left, right = _same_size(x, y)
    if left is None or right is None:
        return True
    return sticking_out(left, right) > 0 or float((multiples(left, right) > 1).mean()) > _FRAME_APART


def _same_size(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray] | tuple[None, None]:
    """Both at the size of the smaller one; nothing where their shapes differ."""
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
