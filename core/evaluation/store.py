"""What evaluations leave in a collection: stored runs, and a person's marks on answers.

The contents of a run are text and bytes here; what they mean is the business of `core.evaluation`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from ..collection.storage.catalogue import Catalogue
from ..errors import CollectionError
from ..stored import decoding


@dataclass(frozen=True)
class RunRecord:
    """One stored run without its detail. `setup` and `figures` are JSON."""

    id: int
    at: datetime
    title: str
    setup: str
    figures: str


@dataclass(frozen=True)
class Mark:
    """A person's word on one answer: whether the picture of this hash is right for the query."""

    query: str
    sha256: str
    relevant: bool
    at: datetime


class RunStore:
    """The stored runs of one collection. A run is written in one transaction: whole or not at all."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def add(self, title: str, setup: str, figures: str, detail: bytes) -> RunRecord:
        """Store a run; returns it with its id and time."""
        at = datetime.now(UTC).replace(microsecond=0)
        with self._catalogue.transaction("evaluation") as tx:
            cursor = tx.execute(
                "INSERT INTO run (at, title, setup, figures, detail) VALUES (?, ?, ?, ?, ?)",
                (at.isoformat(), title, setup, figures, detail),
            )
        assert cursor.lastrowid is not None  # noqa: S101 - an INSERT has one
        return RunRecord(cursor.lastrowid, at, title, setup, figures)

    def list(self) -> "list[RunRecord]":
        """Every run, oldest first."""
        rows = self._catalogue.execute("SELECT id, at, title, setup, figures FROM run ORDER BY id")
        with decoding(self._catalogue.damaged):
            return [RunRecord(r[0], datetime.fromisoformat(r[1]), r[2], r[3], r[4]) for r in rows]

    def get(self, run_id: int) -> tuple[RunRecord, bytes]:
        """One run and its detail.

        Raises:
            CollectionError: there is none of this id.
        """
        row = self._catalogue.execute(
            "SELECT id, at, title, setup, figures, detail FROM run WHERE id = ?", (run_id,)
        ).fetchone()
        if row is None:
            there = ", ".join(str(r[0]) for r in self._catalogue.execute("SELECT id FROM run ORDER BY id"))
            raise CollectionError(f"There is no stored run {run_id} (there: {there or 'none yet'}).")
        with decoding(self._catalogue.damaged):
            return RunRecord(row[0], datetime.fromisoformat(row[1]), row[2], row[3], row[4]), row[5]

    def delete(self, run_id: int) -> bool:
        """Forget a run; returns whether it was there."""
        with self._catalogue.transaction("evaluation") as tx:
            return tx.execute("DELETE FROM run WHERE id = ?", (run_id,)).rowcount > 0


class MarkStore:
    """Marks on answers, keyed by query and content hash, so that they outlive re-indexing."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def add(self, query: str, sha256: str, relevant: bool | None) -> None:
        """Note a mark; None takes the last one back. Earlier marks stay in the history."""
        with self._catalogue.transaction("evaluation") as tx:
            tx.execute(
                "INSERT INTO mark (query, sha256, relevant, at) VALUES (?, ?, ?, ?)",
                (
                    query,
                    sha256,
                    None if relevant is None else int(relevant),
                    datetime.now(UTC).isoformat(timespec="seconds"),
                ),
            )

    def latest(self, query: str | None = None) -> list[Mark]:
        """The marks that stand, of one query or of all, oldest first."""
        rows = self._catalogue.execute(
            "SELECT query, sha256, relevant, at FROM mark m WHERE (? IS NULL OR query = ?) AND id = "
            "(SELECT max(id) FROM mark n WHERE n.query = m.query AND n.sha256 = m.sha256) "
            "AND relevant IS NOT NULL ORDER BY id",
            (query, query),
        )
        with decoding(self._catalogue.damaged):
            return [Mark(r[0], r[1], bool(r[2]), datetime.fromisoformat(r[3])) for r in rows]

    def history(self, query: str, sha256: str) -> list[tuple[bool | None, datetime]]:
        """Everything that was ever said of one answer, oldest first."""
        rows = self._catalogue.execute(
            "SELECT relevant, at FROM mark WHERE query = ? AND sha256 = ? ORDER BY id", (query, sha256)
        )
        return [(None if r[0] is None else bool(r[0]), datetime.fromisoformat(r[1])) for r in rows]
