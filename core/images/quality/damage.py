"""Files that open although a part of them is lost: corrupt JPEG data, and its traces in the pixels."""

import re

import numpy as np
from numpy.typing import NDArray

from ..decoding.cost import needs_process
from ..formats.detect import identify
from ..formats.jpeg import MAX_SCANS, read_scans
from ..opencv import opencv

_SMALL = 16
"""Pixels are not wanted: the picture is decoded as small as it can be."""
_MOST_SCAN_PIXELS = 200_000_000
_LOSSES = ("Corrupt JPEG data", "Premature end", "Bad Huffman", "Invalid")
_BLOCK = 8
_BEFORE_END = re.compile(r"(\d+) extraneous bytes before marker 0xd9")
_PADDING = 4
_COLUMNS = 48
"""Columns that a row is averaged to."""
_FILL = 128.0
"""Brightness of what a decoder puts where data is missing: all frequencies zero."""
_NEAR = 5.0
_ALIKE = 0.8
"""Correlation of the rows on both sides of a seam: what the picture shows goes on."""
_TEXTURE = 6.0
"""Standard deviation along a row, in levels, from which a correlation says anything."""
_ALONG, _SPREAD = 0.6, 0.35
"""Along this share of a row the step differs by at most this share of its height."""
_SHARP = 0.6
"""Of the step's height, what the rows beside it may differ by: an edge of a thing is softer."""
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
        told = str(error)
        return told if told.startswith(_LOSSES) and not _is_padding(told) else ""
    return ""


def _is_padding(warning: str) -> bool:
    """Whether a warning is about a few bytes too many before the end, as some cameras write them."""
    found = _BEFORE_END.search(warning)
    return found is not None and int(found[1]) <= _PADDING


def visible_damage(rgb: NDArray[np.uint8], scale: float = 1.0) -> float:
    """How much the pixels ``(H, W, 3)`` show that a decoder had gone wrong, in ``[0, 1]``.

    The share of the rows that were filled for want of data, or the height of a seam, whichever is more. Where
    bits of a JPEG are lost, brightness or colour of all that follows is shifted: from one row of blocks on
    the picture goes on with a step that is the same from end to end.

    Args:
        rgb: as it was decoded, not resized: a seam is one row high, and at the edge of a block.
        scale: of the decoded picture to the one in the file, at most 1.
    """
    narrow = opencv().resize(rgb, (_COLUMNS, len(rgb)), interpolation=opencv().INTER_AREA).astype(np.float32)
    return max(_gray_end(narrow), _seam(narrow, max(1, round(_BLOCK * scale))))


def _gray_end(rows: Floats) -> float:
    """Share of the last rows of ``(H, W, 3)`` that are a decoder's filling; 0 where the first row is too."""
    if np.median(np.abs(rows[-1] - _FILL)) > _NEAR:  # so it is nearly always
        return 0.0
    filled = np.quantile(np.abs(rows - _FILL).max(axis=2), 0.95, axis=1) <= _NEAR
    return 0.0 if filled[0] else int(np.argmin(filled[::-1])) / len(filled)


def _seam(rows: Floats, block: int) -> float:
    """Height of the highest step that is the same along a row, as a share of all levels.

    Only steps at the upper edge of a block of so many rows are looked at.
    """
    means = rows.mean(axis=1)  # (H, 3)
    sums = np.cumsum(np.concatenate([np.zeros((1, 3), np.float32), means]), axis=0)
    at = np.arange(_STAYS, len(rows) - _STAYS)  # the first row behind the step
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
    """Correlation of each row of two ``(R, W)``; 0 for a plain one."""
    x, y = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    scale = np.sqrt((x**2).mean(axis=1) * (y**2).mean(axis=1))
    return np.asarray(
        np.where(scale < _TEXTURE**2, 0, (x * y).mean(axis=1) / np.maximum(scale, 1)), np.float32
    )
