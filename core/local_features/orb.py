"""ORB keypoints: small patches of a picture that can be found again in a copy of it.

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
"""Longest side, in pixels, of the picture in which features are detected."""
KEYPOINTS = 500
"""Maximum number of keypoints per picture: matching time grows with its square, 0.31 and 0.48 ms per pair and
direction on one core for 400 and 500.
"""
DESCRIPTOR_BYTES = 32

_LARGEST_ENLARGEMENT = 2.0
"""A thumbnail is enlarged, so that its patches are as large as those of the original."""
_MARGIN = 19
"""Pixels along the edge without keypoints: half a patch, and what its rotation needs."""
_CONTRAST = 7
"""How much brighter or darker a corner must be, of 255: half of OpenCV's default, for cloth and haze."""
_LEVELS, _STEP = 8, 1.2
_TO_CHOOSE_FROM = 10
"""Corners detected for every one that is kept."""
_CELLS = 8
"""Keypoints are spread over this many columns and rows of the picture, at each level of the pyramid.

The strongest corners are close together: on the letters of a slogan, or on what a picture was pasted into.
Of 60 copies each with text over them, pasted into another picture and cropped to a quarter, 35, 48 and 51
agreed with their original on eight points or more when the 400 strongest were kept, and 60, 59 and 59 with
500 spread ones; the share of the hardest unrelated images that do stayed below one in a hundred.
"""
_GLARING = 0.003
"""Corner strength (Harris, as ORB reports it) above which a corner is not photographic: white letters on
black have it.

In eight photos, 95 % of the chosen corners are below half of it; of letters drawn over them, three in four
are above. Such letters took nearly all keypoints of a photo.
"""
_MOST_GLARING = 150
"""Maximum number of keypoints for glaring corners, as long as there are others."""
_BESIDE = 10
"""Distance in pixels, at the scale of a glaring corner, within which a patch would contain it."""


@dataclass(frozen=True, eq=False)
class LocalFeatures:
    """The keypoints of one picture, strongest first, spread over the picture.

    Attributes:
        points: ``(N, 2)`` float32, x and y in pixels of the working picture; N may be 0.
        descriptors: ``(N, 32)`` uint8, 256 bits each, compared by the number of bits that differ.
        mirrored: ``(N, 32)`` uint8, the descriptors of the same points in the mirrored picture.
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

    The picture is first scaled so that its longest side has `WORKING_SIDE` pixels (at most doubled).
    Deterministic and thread-safe.
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
    # ORB's pattern of comparisons is not symmetrical, so the descriptor of a mirrored patch has to be
    # computed on the mirrored picture, at the mirrored points: a quarter more work now, but no second
    # detection and twice the keypoints to match later.
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
    """Choose up to `KEYPOINTS` corners, by rank; glaring ones last and few if there are others."""
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
    """Choose the strongest of each cell and level, then the second of each, and so on, up to `most`."""
    if not found:
        return []
    # A tenth of the time of reading the points one by one, which holds the interpreter lock.
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
    """Compute the number of pyramid levels at which the smallest still has room between its margins."""
    return max(1, min(_LEVELS, 1 + int(math.log(shortest / (2 * _MARGIN + 1), _STEP))))
