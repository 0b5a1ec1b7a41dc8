"""Files that open although a part of them is lost: corrupt JPEG data, and its traces in the pixels."""

import numpy as np
from numpy.typing import NDArray

from core.images.decode_cost import needs_process
from core.images.formats import identify
from core.images.jpeg import MAX_SCANS, read_scans
from core.images.opencv import opencv

_SMALL = 16
"""Pixels are not wanted: the picture is decoded as small as it can be."""
_MOST_SCAN_PIXELS = 200_000_000
_LOSSES = ("Corrupt JPEG data", "Premature end", "Bad Huffman", "Invalid")
_COLUMNS = 48
"""Columns that a row is averaged to."""
_FILL = 128.0
"""Brightness of what a decoder puts where data is missing: all frequencies zero."""
_NEAR = 5.0
_ALIKE = 0.85
"""Correlation of the rows on both sides of a seam: what the picture shows goes on."""
_TEXTURE = 6.0
"""Standard deviation along a row, in levels, from which a correlation says anything."""
_SPREAD = 0.35
"""Of the step's own height: it is the same along the whole row."""
_HIGH = 8.0
"""Levels from which a step is looked at."""
_GREY = np.full(3, 1 / 3, np.float32)
_STAYS = 8
"""Rows over which the step lasts."""

Floats = NDArray[np.float32]


def jpeg_damage(data: bytes) -> str:
    """What libjpeg warns of while it decodes `data`; empty for a sound file, and for other formats.

    Decoders go on after a warning, with whatever comes out. Files whose decoding could take long are not
    looked at.
    """
    if identify(data) != "JPEG":
        return ""
    scans = read_scans(data, MAX_SCANS)
    if needs_process(data, "JPEG", scans, frames=False):
        return ""
    import simplejpeg

    try:
        height, width, *_ = simplejpeg.decode_jpeg_header(data, strict=False)
        if not scans.single_pass and scans.count * height * width > _MOST_SCAN_PIXELS:
            return ""
        simplejpeg.decode_jpeg(data, "GRAY", min_height=_SMALL, min_width=_SMALL, strict=True)
    except ValueError as error:
        return str(error) if str(error).startswith(_LOSSES) else ""
    return ""


def visible_damage(rgb: NDArray[np.uint8]) -> float:
    """How much the pixels ``(H, W, 3)`` show that a decoder had gone wrong, in ``[0, 1]``.

    The share of the rows that were filled for want of data, or the height of a seam, whichever is more. Where
    bits of a JPEG are lost, brightness or colour of all that follows is shifted: along one row the picture
    goes on with a step that is the same from end to end.
    """
    narrow = opencv().resize(rgb, (_COLUMNS, len(rgb)), interpolation=opencv().INTER_AREA).astype(np.float32)
    return max(_gray_end(narrow), _seam(narrow))


def _gray_end(rows: Floats) -> float:
    """Share of the last rows of ``(H, W, 3)`` that are a decoder's filling; 0 where all are."""
    filled = np.quantile(np.abs(rows - _FILL).max(axis=2), 0.95, axis=1) <= _NEAR
    return 0.0 if filled.all() else int(np.argmin(filled[::-1])) / len(filled)


def _seam(rows: Floats) -> float:
    """Height of the highest step that is the same along a row, as a share of all levels."""
    if len(rows) < 4 * _STAYS:
        return 0.0
    means = rows.mean(axis=1)  # (H, 3)
    sums = np.cumsum(np.concatenate([np.zeros((1, 3), np.float32), means]), axis=0)
    at = np.arange(_STAYS, len(rows) - _STAYS - 2)  # the row before; a seam is two rows when resized
    step = means[at + 2] - means[at]
    lasting = (sums[at + 2 + _STAYS] - sums[at + 2] - sums[at + 1] + sums[at + 1 - _STAYS]) / _STAYS
    high = ((np.abs(step) >= _HIGH) & (np.abs(lasting) >= 0.5 * np.abs(step)) & (lasting * step > 0)).any(
        axis=1
    )
    if not high.any():
        return 0.0
    before, after = rows[at[high]], rows[at[high] + 2]
    middle = np.median(after - before, axis=1)
    spread = np.median(np.abs(after - before - middle[:, None]), axis=1)
    goes_on = _correlation(before @ _GREY, after @ _GREY) >= _ALIKE
    same = (spread <= _SPREAD * np.abs(middle)) & (np.abs(middle) >= _HIGH)
    return float(np.where(goes_on[:, None] & same, np.abs(middle), 0).max()) / 255


def _correlation(a: Floats, b: Floats) -> Floats:
    """Correlation of each row of two ``(R, W)``; 0 for a plain one."""
    x, y = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    scale = np.sqrt((x**2).mean(axis=1) * (y**2).mean(axis=1))
    return np.asarray(
        np.where(scale < _TEXTURE**2, 0, (x * y).mean(axis=1) / np.maximum(scale, 1)), np.float32
    )
