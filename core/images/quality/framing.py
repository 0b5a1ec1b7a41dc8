"""The plain margin around a picture, and whether it was drawn as a frame.

A framed copy has more pixels than its original, but no more content. Plain rows and columns are removed from
the outside; so is a white page around a product, in the original as in its copies, so that they stay
comparable. Black bars or a border around a photo end along a straight line, while a product ends in its own
outline: that distinguishes a frame from a page.
"""

import numpy as np
from numpy.typing import NDArray

GreyArray = NDArray[np.uint8]

_PLAIN = 16
"""Maximum range of grey levels in a plain row or column: JPEG leaves some ripples."""
_LEAST = 0.25
"""A picture that is plain almost everywhere is taken as a whole."""
_WIDE = 0.015
"""Share of the side above which plain rows are a bar and not a dark edge."""
_OTHER = 24
"""Grey levels by which a pixel differs from the bar beside it."""
_STRAIGHT = 0.6
"""Share of the edge of the content that differs from the bar beside it."""
_STRAIGHT_TOGETHER = 0.65
"""The same, of a pair of equal bars together."""
_SAME_LEVEL = 6.0
_PAGE = 235
"""Grey level above which plain margins may be a page."""
_INSIDE = 2
"""Rows after the edge: a thumbnail mixes the last row of a bar with the first of the content."""


def content_share(grey: GreyArray) -> float:
    """Compute the share of the area of a grey picture ``(H, W)`` inside its plain margin, in ``(0, 1]``."""
    share, inside = 1.0, grey
    while True:  # inside black bars there may be a white page
        top, bottom = _span(inside)
        left, right = _span(inside[top:bottom].T)
        smaller = inside[top:bottom, left:right]
        if smaller.size < _LEAST * grey.size or smaller.size == inside.size:
            return share
        share = smaller.size / grey.size
        # A thumbnail mixes the edge of a bar with the pixels beside it.
        inside = smaller[_INSIDE:-_INSIDE, _INSIDE:-_INSIDE] if min(smaller.shape) > 4 * _INSIDE else smaller


def is_framed(grey: GreyArray) -> bool:
    """Whether bars or a border were put around a picture, ``(H, W)``: on two opposite sides at least."""
    return frame_share(grey) > 0


def frame_share(grey: GreyArray) -> float:
    """Compute the share of the area of ``(H, W)`` covered by drawn bars on two opposite sides or on all; else
    0.
    """
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

    Two bars of one width and level are a pair: then one of them may border on something as dark as itself,
    where its line is hard to see. A white page may well be as wide above as below a product, so white bars
    have to show both lines.
    """
    straight = _straightness(rows, first), _straightness(rows[::-1], last)
    if min(straight) >= _STRAIGHT:
        return True
    if sum(straight) < _STRAIGHT_TOGETHER or not 0 < last < len(rows) or abs(first - last) > _INSIDE:
        return False
    levels = float(np.median(rows[:first])), float(np.median(rows[-last:]))
    return abs(levels[0] - levels[1]) <= _SAME_LEVEL and max(levels) < _PAGE


def _straightness(rows: GreyArray, wide: int) -> float:
    """Compute the share of the edge of the first `wide` rows at which the picture differs; 0 if they are not
    a bar.
    """
    if wide < max(2, _WIDE * len(rows)) or wide + _INSIDE >= len(rows):
        return 0.0
    level = float(np.median(rows[:wide]))
    beside = np.abs(rows[wide + _INSIDE].astype(np.float32) - level)
    return float(np.mean(beside > _OTHER))


def _span(grey: GreyArray) -> tuple[int, int]:
    """Find the first and last row that are not plain; the whole range if all are plain."""
    rows = np.flatnonzero(np.ptp(grey.astype(np.int16), axis=1) > _PLAIN)
    return (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, len(grey))
