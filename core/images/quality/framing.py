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
_STRAIGHT_TOGETHER = 0.65
"""The same, of a pair of equal bars together."""
_SAME_LEVEL = 6.0
_PAGE = 235
"""Grey level from which plain margins may be a page."""
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
    return frame_share(grey) > 0


def frame_share(grey: GreyArray) -> float:
    """Share of the area of ``(H, W)`` that drawn bars take up, on two opposite sides or all; else 0."""
    top, bottom = _span(grey)
    left, right = _span(grey[top:bottom].T)
    if (bottom - top) * (right - left) < _LEAST * grey.size:
        return 0.0
    lying = _bars(grey[:, left:right], top, len(grey) - bottom)
    upright = _bars(grey[top:bottom].T, left, grey.shape[1] - right)
    inside = ((bottom - top) / grey.shape[0] if lying else 1.0) * (
        (right - left) / grey.shape[1] if upright else 1.0
    )
    return 1.0 - inside if lying or upright else 0.0


def _bars(rows: GreyArray, first: int, last: int) -> bool:
    """Whether the `first` rows and the `last` are bars, which end along straight lines.

    Two bars of one width and level are a pair: then one of them may end beside something that is as dark as
    they are, of which its line says little. A white page may well be as wide above as below a product, so
    white bars have to show both lines.
    """
    straight = _straightness(rows, first), _straightness(rows[::-1], last)
    if min(straight) >= _STRAIGHT:
        return True
    if sum(straight) < _STRAIGHT_TOGETHER or not 0 < last < len(rows) or abs(first - last) > _INSIDE:
        return False
    levels = float(np.median(rows[:first])), float(np.median(rows[-last:]))
    return abs(levels[0] - levels[1]) <= _SAME_LEVEL and max(levels) < _PAGE


def _straightness(rows: GreyArray, wide: int) -> float:
    """Share of the edge of the first `wide` rows beside which the picture differs; 0 if they are no bar."""
    if wide < max(2, _WIDE * len(rows)) or wide + _INSIDE >= len(rows):
        return 0.0
    level = float(np.median(rows[:wide]))
    beside = np.abs(rows[wide + _INSIDE].astype(np.float32) - level)
    return float(np.mean(beside > _OTHER))


def _span(grey: GreyArray) -> tuple[int, int]:
    """From where to where rows are more than plain; everything where none is."""
    rows = np.flatnonzero(np.ptp(grey.astype(np.int16), axis=1) > _PLAIN)
    return (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, len(grey))
