"""Where on Earth pictures were taken. Known here and nowhere else: nothing of it leaves the machine."""

from collections.abc import Mapping

from ...images.metadata.exif import Position
from .catalogue import Catalogue


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
