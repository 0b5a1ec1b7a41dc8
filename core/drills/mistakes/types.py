"""What a mistake cost, in a form that is stored and drawn."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Series:
    """One line or one set of bars: a name, positions or words along x, and values."""

    name: str
    x: tuple[float | str, ...]
    y: tuple[float, ...]


@dataclass(frozen=True)
class Shown:
    """A mistake beside its cure, on real pictures.

    Attributes:
        measure: what the two numbers are, such as ``"recall@10"``.
        wrong: the number with the mistake.
        right: the number without it.
        found: what was seen, in a sentence or two.
        x_title: of the chart, with the unit.
        y_title: of the chart, with the unit.
        series: what is drawn.
        bars: whether as bars; else as lines.
    """

    measure: str
    wrong: float
    right: float
    found: str
    x_title: str
    y_title: str
    series: tuple[Series, ...]
    bars: bool = False


def without_self(scores: FloatArray) -> FloatArray:
    """Scores ``(N, N)`` of all against all, with −inf where a picture meets itself."""
    scores = np.array(scores)
    np.fill_diagonal(scores, -np.inf)
    return scores


def nearest(scores: FloatArray, k: int) -> IntArray:
    """The columns of the `k` largest scores of each row, ``(rows, k)``, best first; ties by the column."""
    return np.argsort(-scores, axis=1, kind="stable")[:, :k].astype(np.int64)
