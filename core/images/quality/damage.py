"""Damaged files that still open: corrupt JPEG data, and its traces in the pixels."""

import re

import numpy as np
from numpy.typing import NDArray

from ..decoding.cost import needs_process
from ..formats.detect import identify
from ..formats.jpeg import MAX_SCANS, read_scans
from ..opencv import opencv

_SMALL = 16
"""The pixels are not needed: the picture is decoded at the smallest size."""
_MOST_SCAN_PIXELS = 200_000_000
_LOSSES = ("Corrupt JPEG data", "Premature end", "Bad Huffman", "Invalid")
_BLOCK = 8
_BEFORE_END = re.compile(r"(\d+) extraneous bytes before marker 0xd9")
_PADDING = 4
_COLUMNS = 48
"""Number of columns to which a row is averaged."""
_FILL = 128.0
"""Brightness with which a decoder fills missing data: all frequencies zero."""
_NEAR = 5.0
_ALIKE = 0.8
"""Minimum correlation of the rows on both sides of a seam: the content continues."""
_TEXTURE = 6.0
"""Minimum standard deviation along a row, in levels, for a meaningful correlation."""
_ALONG, _SPREAD = 0.6, 0.35
"""Tolerance: the step may vary by this share of its height over this share of a row."""
_SHARP = 0.6
"""Share of the step's height by which the rows beside it may differ: edges of objects are softer."""
_HIGH = 8.0
"""Minimum height of a step, in levels."""
_GREY = np.full(3, 1 / 3, np.float32)
_STAYS = 8
"""Number of rows over which the step persists."""

Floats = NDArray[np.float32]


def jpeg_damage(data: bytes) -> str:
    """Collect libjpeg's warnings on decoding `data`; empty for an intact file, and for other formats.

    Decoders continue after a warning, with arbitrary pixels. Files whose decoding could take long are
    skipped.
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
        told = str(error)
        return told if told.startswith(_LOSSES) and not _is_padding(told) else ""
    return ""


def _is_padding(warning: str) -> bool:
    """Whether a warning is about a few extra bytes before the end, as some cameras write them."""
    found = _BEFORE_END.search(warning)
    return found is not None and int(found[1]) <= _PADDING


def visible_damage(rgb: NDArray[np.uint8], scale: float = 1.0) -> float:
    """Measure visible decoding damage in the pixels ``(H, W, 3)``, in ``[0, 1]``.

    The share of the rows that were filled in for missing data, or the height of a seam, whichever is larger.
    Where bits of a JPEG are lost, brightness or colour of all that follows is shifted: from one row of blocks
    on, the picture is offset by a step that is the same along the whole row.

    Args:
        rgb: as it was decoded, not resized: a seam is one row high, and at the edge of a block.
        scale: size of the decoded picture relative to the one in the file, at most 1.
    """
    narrow = opencv().resize(rgb, (_COLUMNS, len(rgb)), interpolation=opencv().INTER_AREA).astype(np.float32)
    return max(_gray_end(narrow), _seam(narrow, max(1, round(_BLOCK * scale))))


def _gray_end(rows: Floats) -> float:
    """Compute the share of rows at the end of ``(H, W, 3)`` that a decoder filled in; 0 if the first row
    looks the same.
    """
    if np.median(np.abs(rows[-1] - _FILL)) > _NEAR:  # as in nearly all pictures
        return 0.0
    filled = np.quantile(np.abs(rows - _FILL).max(axis=2), 0.95, axis=1) <= _NEAR
    return 0.0 if filled[0] else int(np.argmin(filled[::-1])) / len(filled)


def _seam(rows: Floats, block: int) -> float:
    """Compute the height of the largest step that is the same along a row, as a share of all levels.

    Only steps at the upper edge of a block of that many rows are considered.
    """
    means = rows.mean(axis=1)  # (H, 3)
    sums = np.cumsum(np.concatenate([np.zeros((1, 3), np.float32), means]), axis=0)
    at = np.arange(_STAYS, len(rows) - _STAYS)  # the first row after the step
    at = at[at % block == 0]
    step = means[at] - means[at - 1]
    lasting = (sums[at + _STAYS] - 2 * sums[at] + sums[at - _STAYS]) / _STAYS
    at = at[((np.abs(step) >= _HIGH) & (lasting * step > 0)).any(axis=1)]
    if not len(at):
        return 0.0
    change = rows[at] - rows[at - 1]
    height = np.median(change, axis=1)  # (R, 3)
    spread = np.quantile(np.abs(change - height[:, None]), _ALONG, axis=1)
    beside = np.abs(np.median([rows[at - 1] - rows[at - 2], rows[at + 1] - rows[at]], axis=2)).max(axis=0)
    lasting = (sums[at + _STAYS] - 2 * sums[at] + sums[at - _STAYS]) / _STAYS
    goes_on = _correlation(rows[at] @ _GREY, rows[at - 1] @ _GREY) >= _ALIKE
    same = (np.abs(height) >= _HIGH) & (spread <= _SPREAD * np.abs(height))
    stays = (np.abs(lasting) >= 0.5 * np.abs(height)) & (lasting * height > 0)
    sharp = beside <= _SHARP * np.abs(height)
    return float(np.where(goes_on[:, None] & same & stays & sharp, np.abs(height), 0).max()) / 255


def _correlation(a: Floats, b: Floats) -> Floats:
    """Correlate two arrays ``(R, W)`` row by row; 0 for a plain row."""
    x, y = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    scale = np.sqrt((x**2).mean(axis=1) * (y**2).mean(axis=1))
    return np.asarray(
        np.where(scale < _TEXTURE**2, 0, (x * y).mean(axis=1) / np.maximum(scale, 1)), np.float32
    )
