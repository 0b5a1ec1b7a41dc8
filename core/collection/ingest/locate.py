"""Reading from the files of pictures where they were taken, when somebody asks."""

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
"""Reading the heads of files waits for the disk more than for the processor."""


@dataclass(frozen=True)
class PlacesReport:
    """What came of looking: how many files were looked at now, and those that could not be."""

    looked: int
    skipped: tuple[Skip, ...]


def look_for_places(collection: Reader, ids: Iterable[int], monitor: Monitor | None = None) -> PlacesReport:
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
