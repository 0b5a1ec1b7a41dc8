"""Where on Earth pictures were taken. Known here and nowhere else: nothing of it leaves the machine."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.collection.catalogue import Catalogue
from core.collection.types import Skip
from core.errors import LookalikeError
from core.images.exif import Position
from core.images.position import read_position
from core.jobs import Monitor

if TYPE_CHECKING:
    from core.collection.reader import Reader

_CHUNK = 256
_THREADS = 2
"""Reading the heads of files waits for the disk more than for the processor."""


class PlaceStore:
    """The positions of one collection's pictures, as far as somebody has looked."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def all(self) -> dict[int, Position]:
        """The position of every picture that has one, by id; the bin's are among them."""
        rows = self._catalogue.execute(
            "SELECT picture_id, latitude, longitude FROM place WHERE latitude IS NOT NULL"
        )
        return {row[0]: Position(row[1], row[2]) for row in rows}

    def looked_at(self) -> set[int]:
        """Ids of the pictures in whose files somebody has looked, whether they say where or not."""
        return {row[0] for row in self._catalogue.execute("SELECT picture_id FROM place")}

    def put(self, found: Mapping[int, Position | None]) -> None:
        """Note what files say; None for one that does not. A picture deleted meanwhile is passed over."""
        with self._catalogue.transaction() as tx:
            tx.executemany(
                "INSERT OR REPLACE INTO place SELECT id, ?, ? FROM picture WHERE id = ?",
                [
                    (None, None, i) if at is None else (at.latitude, at.longitude, i)
                    for i, at in found.items()
                ],
            )


@dataclass(frozen=True)
class PlacesReport:
    """What came of looking: how many files were looked at now, and those that could not be."""

    looked: int
    skipped: tuple[Skip, ...]


def look_for_places(collection: "Reader", ids: Iterable[int], monitor: Monitor | None = None) -> PlacesReport:
    """Read from the originals of these pictures where they were taken, unless that is known already.

    Only as much of each file is read as is needed. Committed chunk by chunk: what was found stays when it is
    cancelled. A picture whose original is gone is skipped with the reason, and looked for the next time.

    Raises:
        Cancelled: somebody asked to stop.
    """
    watched = monitor or Monitor()
    known = collection.places.looked_at()
    missing = [i for i in ids if i not in known]
    watched.say("Reading where pictures were taken")
    watched.expect(len(missing))
    skipped: list[Skip] = []

    def look(picture_id: int) -> Position | str | None:
        try:
            return read_position(collection.original_path(picture_id))
        except LookalikeError as error:
            return str(error)

    with ThreadPoolExecutor(_THREADS, thread_name_prefix="lookalike-places") as pool:
        for start in range(0, len(missing), _CHUNK):
            watched.check()
            chunk = missing[start : start + _CHUNK]
            found: dict[int, Position | None] = {}
            for picture_id, said in zip(chunk, pool.map(look, chunk), strict=True):
                if isinstance(said, str):
                    skipped.append(Skip(collection.get(picture_id).name, said))
                else:
                    found[picture_id] = said
            collection.places.put(found)
            watched.advance(len(chunk))
    return PlacesReport(len(missing) - len(skipped), tuple(skipped))
