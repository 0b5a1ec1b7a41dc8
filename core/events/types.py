"""Data types of events."""

from dataclasses import dataclass
from datetime import datetime

from ..clustering.types import Clustering, IdArray


@dataclass(frozen=True, eq=False)
class Event:
    """The pictures of one occasion.

    Attributes:
        cluster: its number in the clustering.
        title: given by the user, else the proposed one.
        proposed: the proposed title, such as “Sat 14 June 2025, Lisbon: mugs”.
        start: when its first picture was taken, by the camera's clock.
        end: when its last one was.
        cover: id of the picture that is most like the others.
        ids: of its pictures, in the order in which they were taken.
        place: the name of where it was; None where that is not known, or far from any city.
        latitude: degrees (WGS 84) of its middle; None where no picture says where.
        longitude: the same.
        placed: how many of its pictures say where.
    """

    cluster: int
    title: str
    proposed: str
    start: datetime
    end: datetime
    cover: int
    ids: IdArray
    place: str | None
    latitude: float | None
    longitude: float | None
    placed: int


@dataclass(frozen=True, eq=False)
class Events:
    """The events of a library.

    Attributes:
        clustering: the stored run, of method ``"events"``.
        events: oldest first.
        undated: ids of the pictures that do not say when they were taken.
        set_aside: ids of those whose date is that of a clock that was not set.
        newcomers: ids of pictures that came after.
        skipped: how many originals were not there to be asked where they were taken.
    """

    clustering: Clustering
    events: tuple[Event, ...]
    undated: IdArray
    set_aside: IdArray
    newcomers: IdArray
    skipped: int = 0

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is not in the events, and why, in plain sentences; none where everything is."""
        said = []
        if len(self.undated):
            said.append(
                f"{_pictures(len(self.undated))} without a date in {_its(len(self.undated))} EXIF "
                f"{_are(len(self.undated))} in no event."
            )
        if len(self.set_aside):
            said.append(
                f"{_pictures(len(self.set_aside))} {_are(len(self.set_aside))} put aside: the date is that "
                "of a camera whose clock was not set (before 1990, or a day that clocks begin with, "
                "such as 1 January 2000)."
            )
        if len(self.newcomers):
            said.append(
                f"{_pictures(len(self.newcomers))} came after these events were found; find them anew."
            )
        if self.skipped:
            said.append(
                f"{_pictures(self.skipped)} could not be asked where {_its(self.skipped, 'it', 'they')} "
                f"{_its(self.skipped, 'was', 'were')} taken: the original is gone."
            )
        return tuple(said)


def _pictures(n: int) -> str:
    return "1 picture" if n == 1 else f"{n:,} pictures"


def _are(n: int) -> str:
    return "is" if n == 1 else "are"


def _its(n: int, one: str = "its", many: str = "their") -> str:
    return one if n == 1 else many
