"""The kinds of fault that the quality scan looks for: what each goes by, and from where on."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .store import MeasureTable

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Kind:
    """One kind of fault.

    Attributes:
        name: in files and addresses.
        title: display name.
        axis: what `value` measures, with its unit, for the histogram.
        value: of every picture in the table, ``(N,)``.
        high: whether large values are faults; else small ones are.
        threshold: the default: pictures at it or beyond are flagged.
        low: the least value that a threshold can take.
        top: the largest.
        advice: what to do about flagged pictures.
        serious: whether such a picture is likely useless; else it is only unusual.
    """

    name: str
    title: str
    axis: str
    value: Callable[[MeasureTable], Floats]
    high: bool
    threshold: float
    low: float
    top: float
    advice: str
    serious: bool = False

    def flags(self, values: Floats, threshold: float | None = None) -> NDArray[np.bool_]:
        """Which of the values ``(N,)`` are beyond the threshold."""
        at = self.threshold if threshold is None else threshold
        return np.asarray(values >= at if self.high else values <= at, np.bool_)

    def severity(self, values: Floats) -> Floats:
        """The values, larger for worse."""
        return values if self.high else -values


def _column(name: str) -> Callable[[MeasureTable], Floats]:
    return lambda table: table.column(name)


def _size_ratio(table: MeasureTable) -> Floats:
    """How many times longer or shorter than the median a picture is, ``(N,)``; 3 is also a third."""
    sides = np.sqrt(table.widths * table.heights)
    usual = np.median(sides) if len(sides) else 1.0
    return np.asarray(np.maximum(sides / usual, usual / np.maximum(sides, 1e-9)), np.float64)


def _aspect(table: MeasureTable) -> Floats:
    longer = np.maximum(table.widths, table.heights)
    return np.asarray(longer / np.maximum(np.minimum(table.widths, table.heights), 1), np.float64)


KINDS: tuple[Kind, ...] = (
    Kind(
        "damaged", "Damaged", "share of the picture that is lost, or height of the seam",
        _column("damage"), True, 0.05, 0.01, 1.0,
        "Look for an undamaged copy of the file; what is lost cannot be computed back.", serious=True,
    ),
    Kind(
        "near_empty", "Nearly empty", "share of the area that shows anything",
        _column("structure"), False, 0.03, 0.0, 0.5,
        "Put blank pages, lens caps and walls into the trash.", serious=True,
    ),
    Kind(
        "blurry", "Blurry", "blur (0 sharp, 1 all blur)",
        _column("blur"), True, 0.475, 0.2, 1.0,
        "Keep a sharper picture of the same thing where there is one.", serious=True,
    ),
    Kind(
        "dark", "Dark", "brightness of the lights (99 % of the pixels are darker)",
        _column("lights"), False, 0.3, 0.0, 1.0,
        "Brighten them in a photo editor, or put them into the trash.", serious=True,
    ),
    Kind(
        "bright", "Too bright", "brightness (a light page around a product left aside)",
        _column("overexposure"), True, 0.69, 0.3, 1.0,
        "Use another exposure where there is one: what is white holds nothing.", serious=True,
    ),
    Kind(
        "low_information", "Little to see", "detail, in bits per pixel",
        _column("detail"), False, 0.8, 0.0, 3.0,
        "See whether they show what they should: fog, gradients and placeholders are so.", serious=True,
    ),
    Kind(
        "letterboxed", "Bars or a frame", "share of the area that bars or a frame take up",
        _column("frame"), True, 0.04, 0.01, 0.9,
        "Crop the bars away: an encoder sees them as a part of the picture.",
    ),
    Kind(
        "gray", "Without colour", "strength of the colours (99 % of the pixels have less)",
        _column("chroma"), False, 0.02, 0.0, 0.5,
        "Where colours matter, replace them: an encoder puts them apart from their coloured likes.",
    ),
    Kind(
        "odd_size", "Odd size", "times longer or shorter than usual",
        _size_ratio, True, 2.8, 1.0, 20.0,
        "Very small pictures are often thumbnails that were collected by mistake.",
    ),
    Kind(
        "odd_aspect", "Odd shape", "longer side over shorter side",
        _aspect, True, 2.6, 1.0, 20.0,
        "Banners and strips are squeezed before an encoder sees them; crop them to what matters.",
    ),
)  # fmt: skip
"""Every kind, in the order in which they are shown."""
