"""Local features: small patches of a picture that can be found again in a copy of it.

ORB (Rublee et al., "ORB: an efficient alternative to SIFT or SURF", ICCV 2011). On photos of 400 × 533
pixels SIFT takes twelve times as long to compute, which alone would use up half of what a re-ranked search
may take, and ORB with the matching of `core.local_features.matching` already puts the original first for 98 %
of the copies that are among the first 50 (`benchmarks/reranking.py`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..images.opencv import opencv

WORKING_SIDE = 512
"""Longest side, in pixels, of the picture that features are looked for in."""
KEYPOINTS = 500
"""At most this many keypoints a picture: matching takes time with their square, 0.31 and 0.48 ms a pair and
direction on one core for 400 and 500."""
DESCRIPTOR_BYTES = 32

_LARGEST_ENLARGEMENT = 2.0
"""A thumbnail is enlarged, so that its patches are as large as those of the picture it was made from."""
_MARGIN = 19
"""Pixels along the edge without keypoints: half a patch, and what its rotation needs."""
_CONTRAST = 7
"""How much brighter or darker a corner must be, of 255: half of OpenCV's default, for cloth and haze."""
_LEVELS, _STEP = 8, 1.2
_TO_CHOOSE_FROM = 10
"""Corners that are looked for, for every one that is kept."""
_CELLS = 8
"""Keypoints are spread over so many columns and rows of the picture, in each level of the pyramid.

The strongest corners lie close together: on the letters of a slogan, or on what a picture was pasted into.
Of 60 copies each with text over them, pasted into another picture and cropped to a quarter, 35, 48 and 51
agreed with their original on eight points or more when the 400 strongest were kept, and 60, 59 and 59 with
500 spread ones; the share of the hardest strangers that do stayed below one in a hundred.
"""
_GLARING = 0.003
"""Strength of corners (Harris, as ORB gives it) that no camera sees and letters in white on black have.

Of eight photos nineteen in twenty chosen corners stay below half of that, of letters laid over them three in
four are above. Such letters took nearly all keypoints of a photo, wherever it showed between them.
"""
_MOST_GLARING = 150
"""Keypoints that glaring corners may take, as long as there are others beside them."""
_BESIDE = 10
"""Pixels, at the scale of a glaring corner, within which a patch would show it."""


@dataclass(frozen=True, eq=False)
class LocalFeatures:
    """The keypoints of one picture; the first of them are the strongest all over the picture.

    Attributes:
        points: ``(N, 2)`` float32, x and y in pixels of the working picture; N may be 0.
        descriptors: ``(N, 32)`` uint8, 256 bits each, compared by the number of bits that differ.
        mirrored: ``(N, 32)`` uint8, the descriptors that the same points have in the mirrored picture.
        width: of the working picture, in pixels.
        height: of the working picture, in pixels.
    """

    points: NDArray[np.float32]
    descriptors: NDArray[np.uint8]
    mirrored: NDArray[np.uint8]
    width: int
    height: int

    def __len__(self) -> int:
        return len(self.points)


def local_features(image: Image.Image) -> LocalFeatures:
    """Find the keypoints of a picture of any size and mode; a flat or tiny one has none.

    The picture is first scaled so that its longest side has `WORKING_SIDE` pixels (at most doubled). The
    same picture always gives the same features. Safe to call from several threads.
    """
    grey = _working_picture(image)
    height, width = grey.shape
    none = np.empty((0, DESCRIPTOR_BYTES), np.uint8)
    nothing = LocalFeatures(np.empty((0, 2), np.float32), none, none, width, height)
    if min(width, height) <= 2 * _MARGIN:
        return nothing
    cv = opencv()
    detector = cv.ORB_create(
        nfeatures=KEYPOINTS * _TO_CHOOSE_FROM,
        scaleFactor=_STEP,
        nlevels=_levels(min(width, height)),
        edgeThreshold=_MARGIN,
        fastThreshold=_CONTRAST,
    )
    found = _chosen(detector, grey)
    found, descriptors = detector.compute(grey, found)  # which puts them in the order of their levels
    if not found:
        return nothing
    order = np.argsort([p.class_id for p in found])
    found, descriptors = [found[i] for i in order], descriptors[order]
    # ORB's pattern of comparisons is not symmetrical, so what a patch looks like in a mirror has to be
    # computed there, at the same points turned over: a quarter more work now instead of a second detection
    # and twice the keypoints to match later.
    turned = [
        cv.KeyPoint(width - 1 - p.pt[0], p.pt[1], p.size, (180 - p.angle) % 360, p.response, p.octave, number)
        for number, p in enumerate(found)
    ]
    kept, described = detector.compute(np.ascontiguousarray(grey[:, ::-1]), turned)
    mirrored = np.zeros_like(descriptors)
    mirrored[[p.class_id for p in kept]] = described
    points = np.array([p.pt for p in found], np.float32)
    return LocalFeatures(points, descriptors, mirrored, width, height)


def _chosen(detector: Any, grey: NDArray[np.uint8]) -> list[Any]:
    """Up to `KEYPOINTS` corners, numbered by rank; glaring ones last and few where there are others."""
    height, width = grey.shape
    found = detector.detect(grey, None)
    chosen = _spread(found, width, height, KEYPOINTS)
    glaring = [p for p in chosen if p.response > _GLARING]
    if len(glaring) > _MOST_GLARING:
        cv = opencv()
        mask = np.full(grey.shape, 255, np.uint8)
        for p in found:
            if p.response > _GLARING:
                centre = (round(p.pt[0]), round(p.pt[1]))
                cv.circle(mask, centre, round(_BESIDE * _STEP**p.octave), 0, thickness=-1)
        calm = _spread(detector.detect(grey, mask), width, height, KEYPOINTS - _MOST_GLARING)
        chosen = calm + _spread(glaring, width, height, KEYPOINTS - len(calm))
    for number, keypoint in enumerate(chosen):
        keypoint.class_id = number
    return chosen


def _spread(found: Sequence[Any], width: int, height: int, most: int) -> list[Any]:
    """The strongest of each cell and level, then the second of each, and so on, up to `most`."""
    if not found:
        return []
    # A tenth of the time of taking the points out one by one, which no other thread can run beside.
    places = opencv().KeyPoint_convert(found).astype(np.float64) * _CELLS / (width, height)
    column, row = places.astype(int).T
    level = np.array([p.octave for p in found])
    cell = (level * _CELLS + row) * _CELLS + column
    strength = np.array([p.response for p in found])
    by_cell = np.lexsort((-strength, cell))
    first = np.flatnonzero(np.diff(cell[by_cell], prepend=-1))
    sizes = np.diff(np.append(first, len(found)))
    rank = np.empty(len(found), np.int64)
    rank[by_cell] = np.arange(len(found)) - np.repeat(first, sizes)
    return [found[i] for i in np.lexsort((-strength, rank))[:most]]


def _working_picture(image: Image.Image) -> NDArray[np.uint8]:
    scale = min(WORKING_SIDE / max(image.size), _LARGEST_ENLARGEMENT)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    grey = np.asarray(image.convert("L"))
    if size == image.size:
        return grey
    cv = opencv()
    made = cv.resize(grey, size, interpolation=cv.INTER_AREA if scale < 1 else cv.INTER_LINEAR)
    return np.asarray(made, np.uint8)


def _levels(shortest: int) -> int:
    """As many levels of the pyramid as leave room between the margins of the smallest."""
    return max(1, min(_LEVELS, 1 + int(math.log(shortest / (2 * _MARGIN + 1), _STEP))))
