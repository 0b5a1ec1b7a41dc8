"""Reading of GPS positions from the files of pictures, on request."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ...errors import LookalikeError
from ...images.metadata.exif import Position
from ...images.metadata.gps import read_position
from ...jobs import Monitor
from ..reader import Reader
from ..types import Skip

_CHUNK = 256
_THREADS = 2
"""Number of threads: reading file headers is bound by the disk, not the CPU."""


@dataclass(frozen=True)
class PlacesReport:
    """The result of reading positions: how many files were read now, and which could not be."""

    looked: int
    skipped: tuple[Skip, ...]


def look_for_places(collection: Reader, ids: Iterable[int], monitor: Monitor | None = None) -> PlacesReport:
    """Read the positions of these pictures from their originals, unless already known.

    Only the necessary part of each file is read. Committed chunk by chunk: results stay on cancellation. A
    picture whose original is missing is skipped with the reason, and tried again the next time.

    Raises:
        Cancelled: the monitor was asked to stop.
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
