"""Local features: small patches of a picture that can be found again in a copy of it.

ORB (Rublee et al., "ORB: an efficient alternative to SIFT or SURF", ICCV 2011). On photos of 400 × 533
pixels SIFT takes twelve times as long to compute, which alone would use up half of what a re-ranked search
may take, and ORB with the matching of `core.reranking.matching` already puts the original first for 98 %
of the copies that are among the first 50 (`benchmarks/reranking.py`).
"""

import math
import threading
from dataclasses import dataclass
from functools import cache
from types import ModuleType

import numpy as np
from numpy.typing import NDArray
from PIL import Image

WORKING_SIDE = 512
"""Longest side, in pixels, of the picture that features are looked for in."""
KEYPOINTS = 400
"""At most this many keypoints a picture.

Matching takes time with their square: on one core 0.12, 0.21, 0.31 and 1.3 ms a pair and direction for 300,
400, 500 and 1,000. R@1 of copies among 50 candidates is the same for all four, but of true pairs the
weakest hundredth agrees on 4, 8 and 17 points with 300, 500 and 1,000.
"""
DESCRIPTOR_BYTES = 32

_LARGEST_ENLARGEMENT = 2.0
"""A thumbnail is enlarged, so that its patches are as large as those of the picture it was made from."""
_MARGIN = 19
"""Pixels along the edge without keypoints: half a patch, and what its rotation needs."""
_CONTRAST = 7
"""How much brighter or darker a corner must be, of 255: half of OpenCV's default, for cloth and haze."""
_LEVELS, _STEP = 8, 1.2

_loading = threading.Lock()


@dataclass(frozen=True, eq=False)
class LocalFeatures:
    """The keypoints of one picture.

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
        nfeatures=KEYPOINTS,
        scaleFactor=_STEP,
        nlevels=_levels(min(width, height)),
        edgeThreshold=_MARGIN,
        fastThreshold=_CONTRAST,
    )
    found, descriptors = detector.detectAndCompute(grey, None)
    if not found:
        return nothing
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


@cache
def _load() -> ModuleType:
    import cv2

    # Pictures this small are not worth sharing out; callers run several at once instead.
    cv2.setNumThreads(1)
    return cv2


def opencv() -> ModuleType:
    """OpenCV, loaded when first needed: `import core` stays quick."""
    with _loading:
        return _load()


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
