"""How much of a picture is more than a plain margin around it, and whether that margin was drawn as a frame.

A copy in a frame has more pixels than its original, and not one more of what matters. Rows and columns are
taken off from outside while they are plain; a white page around a product goes as well, from the original as
from its copies, so that they compare. Black bars or a border that was put around a photo end along a straight
line, while a product ends in its own outline: that tells a frame from a page.
"""

import numpy as np
from numpy.typing import NDArray

GreyArray = NDArray[np.uint8]

_PLAIN = 16
"""Range of grey levels in a row or column that is still plain: JPEG leaves some ripples."""
_LEAST = 0.25
"""A picture that is plain nearly all over is judged whole."""
_WIDE = 0.015
"""Share of the side from which plain rows are a bar and not a dark edge."""
_OTHER = 24
"""Grey levels by which a pixel differs from the bar beside it."""
_STRAIGHT = 0.6
"""Share of the edge of the content that differs from the bar beside it."""
_INSIDE = 2
"""Rows behind the edge: a thumbnail mixes the last of a bar with the first of what it frames."""


def content_share(grey: GreyArray) -> float:
    """Share of the area of a grey picture ``(H, W)`` that lies inside its plain margin, in ``(0, 1]``."""
    share, inside = 1.0, grey
    while True:  # inside black bars there may be a white page
        top, bottom = _span(inside)
        left, right = _span(inside[top:bottom].T)
        smaller = inside[top:bottom, left:right]
        if smaller.size < _LEAST * grey.size or smaller.size == inside.size:
            return share
        share = smaller.size / grey.size
        # A thumbnail mixes the edge of a bar with what is beside it.
        inside = smaller[_INSIDE:-_INSIDE, _INSIDE:-_INSIDE] if min(smaller.shape) > 4 * _INSIDE else smaller


def is_framed(grey: GreyArray) -> bool:
    """Whether bars or a border were put around a picture, ``(H, W)``: on two opposite sides at least."""
    top, bottom = _span(grey)
    left, right = _span(grey[top:bottom].T)
    if (bottom - top) * (right - left) < _LEAST * grey.size:
        return False
    rows, columns = grey[:, left:right], grey[top:bottom].T
    return (_bar(rows[::1], top) and _bar(rows[::-1], len(grey) - bottom)) or (
        _bar(columns, left) and _bar(columns[::-1], len(columns) - right)
    )


def _bar(rows: GreyArray, wide: int) -> bool:
    """Whether the first `wide` rows are a bar, which ends along a straight line."""
    if wide < max(2, _WIDE * len(rows)) or wide + _INSIDE >= len(rows):
        return False
    level = float(np.median(rows[:wide]))
    beside = np.abs(rows[wide + _INSIDE].astype(np.float32) - level)
    return float(np.mean(beside > _OTHER)) >= _STRAIGHT


def _span(grey: GreyArray) -> tuple[int, int]:
    """From where to where rows are more than plain; everything where none is."""
    rows = np.flatnonzero(np.ptp(grey.astype(np.int16), axis=1) > _PLAIN)
    return (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, len(grey))
