"""How blurred a picture is by itself, comparable between different pictures."""

import numpy as np
from numpy.typing import NDArray

from core.images.opencv import opencv

_WINDOW = 9
"""Length in pixels of the blur that is added."""


def blur(grey: NDArray[np.uint8]) -> float:
    """How little a picture ``(H, W)`` changes when it is blurred once more, in ``[0, 1]``: 1 is all blur.

    Blurring takes much from a sharp picture and little from one that is blurred already, whatever it shows
    and however strong its contrasts are. The direction that is blurred more counts, so that a moved camera is
    seen as well. A picture without any edge is 1. Crete, Dolmiere, Ladret and Nicolas, "The blur effect:
    perception and estimation with a new no-reference perceptual blur metric", SPIE 2007.
    """
    return max(_along(grey), _along(grey.T))


def _along(grey: NDArray[np.uint8]) -> float:
    values = np.ascontiguousarray(grey, np.float32)
    again = opencv().blur(values, (_WINDOW, 1))
    change = np.abs(np.diff(values, axis=1))
    kept = np.minimum(change, np.abs(np.diff(again, axis=1)))
    total = float(change.sum())
    return float(kept.sum()) / total if total > 0 else 1.0
