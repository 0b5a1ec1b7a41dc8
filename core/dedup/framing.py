"""How much of a picture is more than a plain frame around it.

A copy in a frame has more pixels than its original, and not one more of what matters. Rows and columns are
taken off from outside while they are plain; a white page around a product goes as well, from the original as
from its copies, so that they compare.
"""

import numpy as np
from numpy.typing import NDArray

_PLAIN = 16
"""Range of grey levels in a row or column that is still plain: JPEG leaves some ripples."""
_LEAST = 0.25
"""A picture that is plain nearly all over is judged whole."""


def content_share(grey: NDArray[np.uint8]) -> float:
    """Share of the area of a grey picture ``(H, W)`` that lies inside its plain frame, in ``(0, 1]``."""
    top, bottom = _span(grey)
    left, right = _span(grey[top:bottom].T)
    share = (bottom - top) * (right - left) / grey.size
    return share if share >= _LEAST else 1.0


def _span(grey: NDArray[np.uint8]) -> tuple[int, int]:
    """From where to where rows are more than plain; everything where none is."""
    rows = np.flatnonzero(np.ptp(grey.astype(np.int16), axis=1) > _PLAIN)
    return (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, len(grey))
