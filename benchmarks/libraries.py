"""Generated photo libraries of which is known where one event ends: two years of everyday life and journeys.

Times and places follow rules of thumb, written down here so that they can be doubted:

- On one day in eight something is photographed; on three in ten of those days more than one thing is, an
  hour and a half to five hours apart. An event lasts an hour as a rule (ten minutes to six hours). 45 % are
  at home, the others within some 30 km of it.
- Four to eight journeys of one to ten days, 80 to 5,000 km away, with one to five outings a day, an hour or
  more apart and within 20 km. A journey is one event, and so is a day out.
- An event has scenes, five to thirty minutes apart; a scene has moments, some three minutes apart, with some
  people half as many and with some twice; and a moment is a burst of one to six pictures, seconds apart.
- Single pictures of no event (a receipt, the cat), fifty in two years; each stands alone.
- Nine in ten pictures say where, to some 30 m; of every sixth library only those of a phone do, a third.

What a picture shows is the vector of a crop of a real photo under the default encoder: a burst is crops of
one photo, a scene draws on four photos of one label, an event on three labels; a journey on five labels with
twelve photos each, of which an outing has four of three. There are ten labels, so that different events often
show the same kind of thing.
"""

from dataclasses import dataclass

import numpy as np

from benchmarks.vectors import real_vectors

_HOUR, _DAY = 3600, 86400
_DAYS = 730
_KM = 1 / 111.2  # degrees of latitude


@dataclass(frozen=True)
class Library:
    """Pictures by time: `times` ``(N,)`` seconds, `vectors` ``(N, dim)``, `places` ``(N, 2)`` degrees or NaN,
    and the `events` that they belong to, ``(N,)``."""

    times: np.ndarray
    vectors: np.ndarray
    places: np.ndarray
    events: np.ndarray

    @property
    def ends(self) -> np.ndarray:
        """Whether an event ends between each picture and the next, ``(N - 1,)``."""
        return np.diff(self.events) != 0


class Album:
    """Draws what pictures show from the crops of real photos."""

    def __init__(self) -> None:
        real = real_vectors()
        self.vectors = real.gallery
        photos, labels = np.asarray(real.photos), np.asarray(real.labels)
        order = np.argsort(photos, kind="stable")
        cuts = np.flatnonzero(np.diff(photos[order])) + 1
        self.crops = np.split(order, cuts)
        of_photo = np.array([labels[crops[0]] for crops in self.crops])
        self.by_label = [np.flatnonzero(of_photo == label) for label in np.unique(of_photo)]


class _Maker:
    def __init__(self, album: Album, seed: int) -> None:
        self.album = album
        self.rng = np.random.default_rng(seed)
        self.times: list[int] = []
        self.places: list[tuple[float, float]] = []
        self.rows: list[int] = []
        self.events: list[int] = []
        self.event = 0
        self.pace = float(self.rng.lognormal(0, 0.7))

    def palette(self, labels: int, photos: int = 4) -> list[np.ndarray]:
        """Some photos of each of some labels."""
        chosen = self.rng.choice(len(self.album.by_label), labels, replace=False)
        return [self.rng.choice(self.album.by_label[label], photos, replace=False) for label in chosen]

    def shoot(
        self, start: float, length: float, place: tuple[float, float], palette: list[np.ndarray]
    ) -> float:
        """The pictures of one outing; returns when the last one was taken."""
        at, rng, spot = start, self.rng, place
        while True:
            photos = palette[rng.integers(len(palette))]
            for _ in range(1 + rng.poisson(3)):
                crops = self.album.crops[rng.choice(photos)]
                for _ in range(int(rng.integers(1, 7)) if rng.random() < 0.5 else 1):
                    self.take(at, spot, int(rng.choice(crops)))
                    last = at
                    at += rng.uniform(1, 10)
                at += self.pace * rng.lognormal(np.log(180), 1.0)
            at += rng.uniform(5, 30) * 60
            spot = self.near(spot, 0.3)
            if at > start + length:
                return last

    def take(self, at: float, place: tuple[float, float], row: int) -> None:
        self.times.append(int(at))
        self.places.append(self.near(place, 0.03))
        self.rows.append(row)
        self.events.append(self.event)

    def near(self, place: tuple[float, float], km: float) -> tuple[float, float]:
        north, east = self.rng.normal(0, km * _KM, 2)
        return place[0] + north, place[1] + east / np.cos(np.radians(place[0]))

    def journey(self, day: int, days: int, home: tuple[float, float]) -> None:
        rng = self.rng
        km, way = np.exp(rng.uniform(np.log(80), np.log(5000))), rng.uniform(0, 2 * np.pi)
        # Mostly east or west, so that nobody ends up beyond a pole.
        place = home[0] + 0.3 * km * _KM * np.sin(way), home[1] + km * _KM * np.cos(way)
        palette = self.palette(5, 12)
        for number in range(days):
            at = (day + number) * _DAY + rng.uniform(8, 11) * _HOUR
            for _ in range(int(rng.integers(1, 6))):
                outing = [rng.choice(palette[i], 4, replace=False) for i in rng.choice(5, 3, replace=False)]
                at = self.shoot(at, self.length() / 2, self.near(place, 10), outing)
                at += rng.uniform(1, 4) * _HOUR
                if at > (day + number + 1) * _DAY - 1 * _HOUR:
                    break
            place = self.near(place, 15)
        self.event += 1

    def length(self) -> float:
        return float(np.clip(self.rng.lognormal(np.log(_HOUR), 0.9), 600, 6 * _HOUR))

    def day(self, day: int, home: tuple[float, float]) -> None:
        rng = self.rng
        at = day * _DAY + rng.uniform(8, 18) * _HOUR
        for _ in range(1 if rng.random() < 0.7 else int(rng.integers(2, 4))):
            place = home if rng.random() < 0.45 else self.near(home, 12)
            at = self.shoot(at, self.length(), place, self.palette(3))
            self.event += 1
            at += rng.uniform(1.5, 5) * _HOUR
            if at > (day + 1) * _DAY:
                break


def make_library(album: Album, seed: int) -> Library:
    """Two years of somebody's pictures, the same for the same seed."""
    make = _Maker(album, seed)
    rng = make.rng
    home = float(rng.uniform(-40, 60)), float(rng.uniform(-180, 180))
    busy = np.zeros(_DAYS + 20, bool)
    for _ in range(int(rng.integers(4, 9))):
        day, days = int(rng.integers(0, _DAYS)), int(rng.integers(1, 11))
        if not busy[max(0, day - 1) : day + days + 1].any():
            busy[day : day + days] = True
            make.journey(day, days, home)
    for day in np.flatnonzero(~busy[:_DAYS]):
        if rng.random() < 1 / 8:
            busy[day] = True
            make.day(int(day), home)
    free = np.flatnonzero(~busy[:_DAYS])
    for day in rng.choice(free, 50, replace=False):
        photo = make.palette(1)[0][0]
        make.take(day * _DAY + rng.uniform(7, 23) * _HOUR, home, int(album.crops[photo][0]))
        make.event += 1
    order = np.argsort(make.times, kind="stable")
    places = np.array(make.places)[order]
    places[:, 1] = (places[:, 1] + 180) % 360 - 180
    places[rng.random(len(places)) > (1 / 3 if seed % 6 == 5 else 0.9)] = np.nan
    return Library(
        np.array(make.times)[order],
        np.asarray(album.vectors[np.array(make.rows)[order]]),
        places,
        np.array(make.events)[order],
    )
