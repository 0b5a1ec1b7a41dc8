"""Distances on the globe, and the home location. Pure arrays."""

import numpy as np
from numpy.typing import NDArray

Degrees = NDArray[np.float64]
"""Latitude and longitude (WGS 84), ``(N, 2)``; NaN where the place is not known."""

_RADIUS_KM = 6371.0
_CELL = 0.25
"""Degrees: some 25 km, within which everyday life takes place."""


def on_sphere(places: Degrees) -> NDArray[np.float64]:
    """Unit vectors ``(N, 3)`` of places in degrees ``(N, 2)``."""
    latitude, longitude = np.radians(places).T
    flat = np.cos(latitude)
    points = [flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)]
    return np.asarray(np.stack(points, axis=1), np.float64)


def kilometres(a: Degrees, b: Degrees) -> NDArray[np.float64]:
    """Distances along the surface, ``(N,)``; NaN where one of the two is not known."""
    chord = np.linalg.norm(on_sphere(a) - on_sphere(b), axis=1)
    return np.asarray(2 * _RADIUS_KM * np.arcsin(np.clip(chord / 2, 0, 1)), np.float64)


def middle(places: Degrees) -> tuple[float, float]:
    """The known place that is nearest to the median of all, each coordinate on its own.

    Raises:
        ValueError: none is known.
    """
    known = places[~np.isnan(places[:, 0])]
    if not len(known):
        raise ValueError("none of the places is known")
    points = on_sphere(known)
    nearest = known[np.argmin(np.linalg.norm(points - np.median(points, axis=0), axis=1))]
    return float(nearest[0]), float(nearest[1])


def carried(times: NDArray[np.int64], places: Degrees, reach: int) -> tuple[Degrees, Degrees]:
    """For each picture the last known place up to it, and the next known one from it on.

    Args:
        times: seconds, ascending, ``(N,)``.
        places: of the pictures, ``(N, 2)``.
        reach: seconds over which a place is carried to pictures that do not say theirs.
    """
    known = ~np.isnan(places[:, 0])
    rows = np.arange(len(times))
    back = np.maximum.accumulate(np.where(known, rows, -1))
    ahead = np.minimum.accumulate(np.where(known, rows, len(rows))[::-1])[::-1]

    def taken(at: NDArray[np.int64], there: NDArray[np.bool_]) -> Degrees:
        at = np.where(there, at, 0)
        near = there & (np.abs(times[at] - times) <= reach)
        return np.where(near[:, None], places[at], np.nan)

    return taken(back, back >= 0), taken(ahead, ahead < len(rows))


def home(days: NDArray[np.int64], places: Degrees, least: int) -> tuple[float, float] | None:
    """Where pictures were taken on most different days; None with fewer than `least` such days there.

    Args:
        days: the day of each picture, any number for it, ``(N,)``.
        places: of the pictures, ``(N, 2)``.
        least: days.
    """
    known = ~np.isnan(places[:, 0])
    cells = np.floor(places[known] / _CELL).astype(np.int64)
    visits = np.unique(np.column_stack([cells, days[known]]), axis=0)
    if not len(visits):
        return None
    where, count = np.unique(visits[:, :2], axis=0, return_counts=True)
    # A home beside the edge of a cell is photographed in two of them.
    around = np.array([count[(np.abs(where - one) <= 1).all(axis=1)].sum() for one in where])
    best = where[np.lexsort((-count, -around))[0]]
    if around.max() < least:
        return None
    return middle(places[known][(np.abs(cells - best) <= 1).all(axis=1)])
