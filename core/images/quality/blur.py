"""No-reference blur, comparable between different pictures."""

import numpy as np
from numpy.typing import NDArray

from ..opencv import opencv

_WINDOW = 9
"""Length in pixels of the blur that is added."""


def blur(grey: NDArray[np.uint8]) -> float:
    """Measure how little a picture ``(H, W)`` changes when blurred again, in ``[0, 1]``: 1 is fully blurred.

    Blurring changes a sharp picture much and a blurred one little, whatever its content and contrast. The
    more blurred direction counts, so that motion blur is detected as well. A picture without any edge is 1.
    Crete, Dolmiere, Ladret and Nicolas, "The blur effect:
    perception and estimation with a new no-reference perceptual blur metric", SPIE 2007.
    """
    return max(_along(grey), _along(grey.T))


def _along(grey: NDArray[np.uint8]) -> float:
    if grey.shape[1] < 2:
        return 1.0
    cv = opencv()
    values = np.ascontiguousarray(grey, np.float32)
    again = cv.blur(values, (_WINDOW, 1))
    change = cv.absdiff(values[:, 1:], values[:, :-1])
    total = float(cv.sumElems(change)[0])
    if total == 0:
        return 1.0
    kept = cv.min(change, cv.absdiff(again[:, 1:], again[:, :-1]))
    return float(cv.sumElems(kept)[0]) / total
