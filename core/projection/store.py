"""Storage of the map of each space.

Setups and figures are JSON here and places are packed arrays. A map can be deleted at any time and drawn
again.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from ..collection.storage.catalogue import Catalogue
from ..stored import decoding


@dataclass(frozen=True)
class MapRecord:
    """One stored map without its places. `setup` and `measured` are JSON."""

    id: int
    at: datetime
    space_id: int
    setup: str
    measured: str


class MapStore:
    """The maps of one collection, at most one per space."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def put(self, space_id: int, setup: str, measured: str, places: bytes) -> MapRecord:
        """Store a map in the place of the one that the space had; whole or not at all."""
        at = datetime.now(UTC).replace(microsecond=0)
        with self._catalogue.transaction("map") as tx:
            tx.execute("DELETE FROM map WHERE space_id = ?", (space_id,))
            cursor = tx.execute(
                "INSERT INTO map (at, space_id, setup, measured, places) VALUES (?, ?, ?, ?, ?)",
                (at.isoformat(), space_id, setup, measured, places),
            )
        assert cursor.lastrowid is not None  # noqa: S101 - an INSERT has one
        return MapRecord(cursor.lastrowid, at, space_id, setup, measured)

    def replace_places(self, map_id: int, places: bytes) -> None:
        """Put other places, such as those with new pictures, in the place of a map's own."""
        with self._catalogue.transaction("map") as tx:
            tx.execute("UPDATE map SET places = ? WHERE id = ?", (places, map_id))

    def record(self, space_id: int) -> MapRecord | None:
        """The map of a space without its places, or None."""
        row = self._catalogue.execute(
            "SELECT id, at, space_id, setup, measured FROM map WHERE space_id = ?", (space_id,)
        ).fetchone()
        with decoding(self._catalogue.damaged):
            return None if row is None else MapRecord(row[0], datetime.fromisoformat(row[1]), *row[2:])

    def places(self, map_id: int) -> bytes | None:
        """The places of a map, or None where it is gone."""
        row = self._catalogue.execute("SELECT places FROM map WHERE id = ?", (map_id,)).fetchone()
        return None if row is None else bytes(row[0])

    def delete(self, space_id: int) -> bool:
        """Forget the map of a space; returns whether there was one."""
        with self._catalogue.transaction("map") as tx:
            return tx.execute("DELETE FROM map WHERE space_id = ?", (space_id,)).rowcount > 0
