"""Storage of clustering runs: members, names given to clusters, and marks of odd pictures.

Setups, figures and proposals are JSON here and members are packed arrays.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ..collection.storage.catalogue import Catalogue
from ..errors import CollectionError
from ..stored import decoding

_COLUMNS = "id, at, name, space_id, setup, measured, proposed"


@dataclass(frozen=True)
class ClusteringRecord:
    """One stored run without its members. `setup`, `measured` and `proposed` (None before names) are JSON."""

    id: int
    at: datetime
    name: str
    space_id: int
    setup: str
    measured: str
    proposed: str | None


@dataclass(frozen=True)
class OddMark:
    """A user's mark on whether the picture of this hash is odd in its cluster."""

    cluster: int
    sha256: str
    odd: bool
    at: datetime


class ClusteringStore:
    """The runs of one collection, each under a name of its own."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def add(self, name: str, space_id: int, setup: str, measured: str, members: bytes) -> ClusteringRecord:
        """Store a run whole or not at all.

        Raises:
            CollectionError: there is one of that name.
        """
        at = datetime.now(UTC).replace(microsecond=0)
        try:
            with self._catalogue.transaction("clusters") as tx:
                cursor = tx.execute(
                    "INSERT INTO clustering (at, name, space_id, setup, measured, members) "
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    (at.isoformat(), name, space_id, setup, measured, members),
                )
        except sqlite3.IntegrityError as error:
            raise _taken(name) from error
        assert cursor.lastrowid is not None  # noqa: S101 - an INSERT has one
        return ClusteringRecord(cursor.lastrowid, at, name, space_id, setup, measured, None)

    def get(self, clustering_id: int) -> tuple[ClusteringRecord, bytes]:
        """One run and its members.

        Raises:
            CollectionError: there is none of this id.
        """
        row = self._catalogue.execute(
            f"SELECT {_COLUMNS}, members FROM clustering WHERE id = ?",  # noqa: S608
            (clustering_id,),
        ).fetchone()
        if row is None:
            there = ", ".join(f"{record.name} ({record.id})" for record in self.list())
            raise CollectionError(f"There is no clustering {clustering_id} (there: {there or 'none yet'}).")
        return _record(row[:-1]), row[-1]

    def find(self, name: str) -> ClusteringRecord | None:
        """The run of this name, or None."""
        row = self._catalogue.execute(
            f"SELECT {_COLUMNS} FROM clustering WHERE name = ?",  # noqa: S608
            (name,),
        ).fetchone()
        return None if row is None else _record(row)

    def replace_members(self, clustering_id: int, measured: str, members: bytes) -> None:
        """Put other members, and what was measured of them, in the place of a run's own."""
        with self._catalogue.transaction("clusters") as tx:
            tx.execute(
                "UPDATE clustering SET measured = ?, members = ? WHERE id = ?",
                (measured, members, clustering_id),
            )

    def rename(self, clustering_id: int, name: str) -> None:
        """Rename a run.

        Raises:
            CollectionError: the name is taken.
        """
        try:
            with self._catalogue.transaction("clusters") as tx:
                tx.execute("UPDATE clustering SET name = ? WHERE id = ?", (name, clustering_id))
        except sqlite3.IntegrityError as error:
            raise _taken(name) from error

    def delete(self, clustering_id: int) -> bool:
        """Delete a run, its names and its marks; returns whether it was there."""
        with self._catalogue.transaction("clusters") as tx:
            return tx.execute("DELETE FROM clustering WHERE id = ?", (clustering_id,)).rowcount > 0

    # ---- names

    def propose(self, clustering_id: int, proposed: str) -> None:
        """Keep the names that were proposed for the clusters of a run."""
        with self._catalogue.transaction("clusters") as tx:
            tx.execute("UPDATE clustering SET proposed = ? WHERE id = ?", (proposed, clustering_id))

    def names(self, clustering_id: int) -> dict[int, str]:
        """Return the names given to the clusters of a run."""
        rows = self._catalogue.execute(
            "SELECT cluster, name FROM cluster_name WHERE clustering_id = ?", (clustering_id,)
        )
        return dict(rows.fetchall())

    def set_name(self, clustering_id: int, cluster: int, name: str | None) -> None:
        """Name a cluster; None restores the proposed name.

        Where the run was deleted meanwhile, there is nothing to name.
        """
        with self._catalogue.transaction("clusters") as tx:
            tx.execute(
                "DELETE FROM cluster_name WHERE clustering_id = ? AND cluster = ?", (clustering_id, cluster)
            )
            if name is not None:
                tx.execute(
                    "INSERT INTO cluster_name SELECT id, ?, ? FROM clustering WHERE id = ?",
                    (cluster, name, clustering_id),
                )

    # ---- marks

    def mark(self, clustering_id: int, cluster: int, shas: Sequence[str], odd: bool | None) -> None:
        """Note whether pictures are odd in their cluster; None takes the last word back."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        with self._catalogue.transaction("clusters") as tx:
            tx.executemany(
                "INSERT INTO odd_mark (clustering_id, cluster, sha256, odd, at) VALUES (?, ?, ?, ?, ?)",
                [(clustering_id, cluster, sha, None if odd is None else int(odd), at) for sha in shas],
            )

    def marks(self, clustering_id: int) -> "list[OddMark]":
        """The marks that stand, oldest first."""
        rows = self._catalogue.execute(
            "SELECT cluster, sha256, odd, at FROM odd_mark m WHERE clustering_id = ? AND id = "
            "(SELECT max(id) FROM odd_mark n WHERE n.clustering_id = m.clustering_id "
            "AND n.sha256 = m.sha256) AND odd IS NOT NULL ORDER BY id",
            (clustering_id,),
        )
        with decoding(self._catalogue.damaged):
            return [OddMark(r[0], r[1], bool(r[2]), datetime.fromisoformat(r[3])) for r in rows]

    def list(self) -> "list[ClusteringRecord]":
        """Every run, oldest first."""
        rows = self._catalogue.execute(f"SELECT {_COLUMNS} FROM clustering ORDER BY id")  # noqa: S608
        with decoding(self._catalogue.damaged):
            return [_record(row) for row in rows]


def _record(row: Sequence[object]) -> ClusteringRecord:
    return ClusteringRecord(
        int(str(row[0])),
        datetime.fromisoformat(str(row[1])),
        str(row[2]),
        int(str(row[3])),
        str(row[4]),
        str(row[5]),
        None if row[6] is None else str(row[6]),
    )


def _taken(name: str) -> CollectionError:
    return CollectionError(
        f"There is a clustering called “{name}” already; choose another name or delete it."
    )
