"""Local differences between two otherwise equal pictures: a number on a form, a retouched spot.

Two pictures of one size are overlaid. Compression, blur and resizing change them everywhere, most where there
is most detail; writing or retouching changes one position and leaves the others. So the difference at each
position is measured relative to what its contrast explains, and counts if it is large and stands out from the
rest of the picture.
"""

import numpy as np
from numpy.typing import NDArray

from ...images.opencv import opencv

FloatArray = NDArray[np.float32]

SIDE = 640
"""Longest side, in pixels, at which two pictures are compared."""

_BLURS = ((0.8, 0.0), (0.0, 0.8), (1.6, 0.0), (0.0, 1.6), (3.0, 0.0), (0.0, 3.0))
"""Standard deviations, in pixels, of the blurs tried on the sharper of the two."""
_WORTH_BLURRING = 2.0
"""Mean difference, in grey levels, above which a difference in sharpness is compensated."""
_CELL, _AROUND = 9, 25
"""Window sizes in pixels: where the difference is measured, and its surroundings, whose contrast explains
some.
"""
_GREY, _SHARE = 4.0, 0.15
"""Explained difference, in grey levels:

constant part, and part per grey level of contrast. Of 77 photos none has an outlier after JPEG of quality 20,
conversion to grey or reduction to a quarter, one has after blurring; a line of small letters reaches 2.9 to
9, the digits of a form 2.3 to 3.3.
"""
_STICKS_OUT, _OVER_USUAL = 1.5, 3.0
"""Multiple of the explained difference, and of the pair's 95th percentile, above which a position counts."""
_PLACES = 6
"""Minimum number of differing positions: a digit of small print covers this many."""

_WRITING_STROKE = 11
"""Maximum stroke width of writing, in pixels: it vanishes when thinner strokes are filled with their
surroundings.
"""
_GROUND, _MOSTLY = 12, 0.95


def sticking_out(a: FloatArray, b: FloatArray) -> float:
    """Measure how far the largest local difference exceeds the explained one, as a multiple; 0 if none does.

    Args:
        a: ``(H, W)`` float32, grey levels in ``[0, 255]``.
        b: the same of the other picture.
    """
    places = np.sort(multiples(a, b), axis=None)
    most = float(places[-min(_PLACES, len(places))])
    usual = float(np.quantile(places, 0.95))
    return most if most >= _STICKS_OUT and most >= _OVER_USUAL * usual else 0.0


def multiples(a: FloatArray, b: FloatArray) -> FloatArray:
    """Compute the difference at each position, one every four pixels, as a multiple of what compression
    explains.
    """
    cv = opencv()
    x, y = _as_sharp(a, b)
    slope = float(np.clip(y.std() / max(float(x.std()), 1e-3), 0.3, 3.0))
    x = (x - x.mean()) * slope + y.mean()
    x, y = cv.GaussianBlur(x, (0, 0), 0.7), cv.GaussianBlur(y, (0, 0), 0.7)
    # Edges shifted by a pixel do not count: each value must leave the range of the other's surroundings.
    around = np.ones((3, 3), np.uint8)
    over_x = np.maximum(y - cv.dilate(x, around), cv.erode(x, around) - y)
    over_y = np.maximum(x - cv.dilate(y, around), cv.erode(y, around) - x)
    apart = np.maximum(np.maximum(over_x, over_y), 0.0)
    strength = np.sqrt(np.maximum(cv.boxFilter(apart * apart, -1, (_CELL, _CELL)), 0.0))
    explained = _GREY + _SHARE * np.maximum(_contrast(x), _contrast(y))
    return np.asarray((strength / explained)[4::4, 4::4], np.float32)


def is_writing(grey: FloatArray) -> bool:
    """Whether a picture is a light page with thin dark lines on it, and hardly anything else."""
    cv = opencv()
    filled = cv.morphologyEx(grey, cv.MORPH_CLOSE, np.ones((_WRITING_STROKE, _WRITING_STROKE), np.uint8))
    ground = float(np.median(filled))
    lines = np.abs(grey - ground) > 4 * _GROUND
    return bool((np.abs(filled - ground) <= _GROUND).mean() >= _MOSTLY and lines.any())


def _as_sharp(a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Blur the sharper of the two to match the other."""
    cv = opencv()
    best, least = (a, b), float(np.abs(a - b).mean())
    if least < _WORTH_BLURRING:
        return best
    for blur_a, blur_b in _BLURS:
        x = cv.GaussianBlur(a, (0, 0), blur_a) if blur_a else a
        y = cv.GaussianBlur(b, (0, 0), blur_b) if blur_b else b
        apart = float(np.abs(x - y).mean())
        if apart < 0.9 * least:
            best, least = (x, y), apart
    return best


def _contrast(values: FloatArray) -> FloatArray:
    cv = opencv()
    mean = cv.boxFilter(values, -1, (_AROUND, _AROUND))
    square = cv.boxFilter(values * values, -1, (_AROUND, _AROUND))
    return np.asarray(np.sqrt(np.maximum(square - mean**2, 0.0)), np.float32)
