"""GPS positions of pictures. They never leave the machine."""

from collections.abc import Mapping

from ...images.metadata.exif import Position
from .catalogue import Catalogue


class PlaceStore:
    """The positions of one collection's pictures, as far as they have been read."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def all(self) -> dict[int, Position]:
        """Return the position of every picture that has one, by id, including the bin."""
        rows = self._catalogue.execute(
            "SELECT picture_id, latitude, longitude FROM place WHERE latitude IS NOT NULL"
        )
        return {row[0]: Position(row[1], row[2]) for row in rows}

    def looked_at(self) -> set[int]:
        """Return the ids of the pictures whose files have been read, with or without a position."""
        return {row[0] for row in self._catalogue.execute("SELECT picture_id FROM place")}

    def put(self, found: Mapping[int, Position | None]) -> None:
        """Store positions; None for a file without one. Pictures deleted meanwhile are skipped."""
        with self._catalogue.transaction() as tx:
            tx.executemany(
                "INSERT OR REPLACE INTO place SELECT id, ?, ? FROM picture WHERE id = ?",
                [
                    (None, None, i) if at is None else (at.latitude, at.longitude, i)
                    for i, at in found.items()
                ],
            )
