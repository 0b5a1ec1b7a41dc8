"""The points of a map: positions and colours of pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ...clustering.types import FloatArray, IdArray
from ...errors import ClusteringError

MOST_CATEGORIES = 60_000
STEPS = 255
"""Of so many shades a scale consists."""


@runtime_checkable
class CategoryScheme(Protocol):
    """What a picture's colour stands for: one of several names."""

    @property
    def names(self) -> Sequence[str]:
        """Of the categories, by their numbers; untrusted text."""

    @property
    def colours(self) -> Sequence[str]:
        """Of the categories, ``#RRGGBB``."""

    @property
    def rest(self) -> str:
        """What pictures of none of these are called."""


@runtime_checkable
class ScaleScheme(Protocol):
    """What a picture's colour stands for: a number, from little to much."""

    @property
    def title(self) -> str:
        """What the number is, with its unit."""

    @property
    def low(self) -> str:
        """What 0 stands for, in words."""

    @property
    def high(self) -> str:
        """What 1 stands for, in words."""

    @property
    def colours(self) -> Sequence[str]:
        """Evenly spaced from 0 to 1, ``#RRGGBB``."""


@dataclass(frozen=True)
class Categories:
    """Named categories: the clusters of a run, labels, groups."""

    names: tuple[str, ...]
    colours: tuple[str, ...]
    rest: str = "Belongs nowhere"


@dataclass(frozen=True)
class Scale:
    """A number from 0 to 1: a score, a time."""

    title: str
    low: str
    high: str
    colours: tuple[str, ...]


Scheme = CategoryScheme | ScaleScheme


@dataclass(frozen=True, eq=False)
class MapPoints:
    """The dots of a map.

    Attributes:
        ids: of the pictures, ``(N,)`` int64, each once.
        xy: their places, ``(N, 2)`` float; only how they lie to one another counts.
        colour: with a `CategoryScheme` the number of each one's category, ``(N,)`` int, negative for none;
            with a `ScaleScheme` its value, ``(N,)`` float in ``[0, 1]``, nan for none.
        scheme: what the colours stand for.
    """

    ids: IdArray
    xy: FloatArray
    colour: NDArray[np.number]
    scheme: Scheme

    def __len__(self) -> int:
        return len(self.ids)


def placed(points: MapPoints) -> NDArray[np.float64]:
    """The places in ``[0, 1]²`` ``(N, 2)``, in the middle, both axes with the same scale.

    Raises:
        ClusteringError: there are no pictures, or a position is not a number.
    """
    if not len(points):
        raise ClusteringError("There are no pictures to draw a map of.")
    if points.xy.shape != (len(points), 2) or len(points.colour) != len(points):
        raise ClusteringError("A map needs one place and one colour for each picture.")
    xy = np.asarray(points.xy, np.float64)
    if not np.isfinite(xy).all():
        raise ClusteringError("Some places of this map are no numbers; draw the map again.")
    low, high = xy.min(axis=0), xy.max(axis=0)
    span = float((high - low).max()) or 1.0
    return np.asarray(0.5 + (xy - (low + high) / 2) / span)


def shades(points: MapPoints) -> tuple[NDArray[np.uint16], tuple[str, ...]]:
    """The colour of each picture as a place in a list ``(N,)`` uint16, and that list; 0 is no
    colour, 1 the first of the list.

    Raises:
        ClusteringError: there are categories without a colour, or too many of them.
    """
    scheme = points.scheme
    if isinstance(scheme, CategoryScheme):
        numbers = np.asarray(points.colour, np.int64)
        if len(scheme.names) != len(scheme.colours) or numbers.max(initial=-1) >= len(scheme.names):
            raise ClusteringError("Every category on a map needs a name and a colour.")
        if len(scheme.names) > MOST_CATEGORIES:
            raise ClusteringError(f"A map can show {MOST_CATEGORIES:,} categories at most.")
        return np.where(numbers < 0, 0, numbers + 1).astype(np.uint16), tuple(scheme.colours)
    values = np.asarray(points.colour, np.float64)
    known = np.isfinite(values)
    steps = np.zeros(len(values), np.uint16)
    steps[known] = 1 + np.rint(np.clip(values[known], 0, 1) * (STEPS - 1)).astype(np.uint16)
    return steps, _ramp(scheme.colours, STEPS)


def medians(points: MapPoints, at: NDArray[np.float64]) -> tuple[tuple[int, float, float], ...]:
    """For each category with pictures its number and the median of their places, the largest first."""
    if not isinstance(points.scheme, CategoryScheme):
        return ()
    numbers = np.asarray(points.colour, np.int64)
    order = np.argsort(numbers, kind="stable")
    found, starts = np.unique(numbers[order], return_index=True)
    middles = []
    for number, rows in zip(found.tolist(), np.split(order, starts[1:]), strict=True):
        if number >= 0:
            x, y = np.median(at[rows], axis=0)
            middles.append((len(rows), number, float(x), float(y)))
    middles.sort(key=lambda one: (-one[0], one[1]))
    return tuple(one[1:] for one in middles)


def counts(points: MapPoints) -> tuple[int, ...]:
    """Pictures of no category, and of each; for a scale those without a value, and the rest."""
    steps, _ = shades(points)
    if isinstance(points.scheme, CategoryScheme):
        return tuple(np.bincount(steps, minlength=len(points.scheme.names) + 1).tolist())
    missing = int((steps == 0).sum())
    return missing, len(points) - missing


def rgb(colour: str) -> tuple[int, int, int]:
    """``#RRGGBB`` as three numbers up to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _ramp(colours: Sequence[str], steps: int) -> tuple[str, ...]:
    known = np.array([rgb(colour) for colour in colours], np.float64)
    at = np.linspace(0, len(known) - 1, steps)
    mixed = np.stack([np.interp(at, np.arange(len(known)), known[:, part]) for part in range(3)], axis=1)
    return tuple(
        f"#{red:02X}{green:02X}{blue:02X}" for red, green, blue in np.rint(mixed).astype(int).tolist()
    )
