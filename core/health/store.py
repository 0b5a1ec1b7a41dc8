"""Stored health checks: what was checked, when, with which settings, and what came of it.

HealthStore(collection.catalogue).add("integrity", settings, result, started)
HealthStore(collection.catalogue).latest("integrity")
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..collection.storage.catalogue import Catalogue
from ..stored import decoding

_COLUMNS = "id, started, finished, kind, settings, result"


@dataclass(frozen=True)
class HealthRun:
    """One stored check.

    Attributes:
        id: its number, never reused.
        started: when it began (UTC).
        finished: when it ended (UTC); None while it runs, and after its process died.
        kind: what was checked: "integrity", "quality", "drift", …
        settings: what the result depends on besides the collection, as JSON values.
        result: what was found, as JSON values; empty while it runs.
    """

    id: int
    started: datetime
    finished: datetime | None
    kind: str
    settings: Mapping[str, Any]
    result: Mapping[str, Any]


class HealthStore:
    """The stored health checks of one collection. A check is written in one transaction."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def add(
        self,
        kind: str,
        settings: Mapping[str, Any],
        result: Mapping[str, Any],
        started: datetime | None = None,
    ) -> HealthRun:
        """Store a check that is finished; returns it with its number and times.

        Raises:
            CollectionError: the collection cannot be written.
            ValueError: `settings` or `result` hold a value that is not JSON, such as a NaN.
        """
        finished = datetime.now(UTC)
        begun = started or finished
        with self._catalogue.transaction("health") as tx:
            cursor = tx.execute(
                "INSERT INTO health_runs (started, finished, kind, settings, result) VALUES (?, ?, ?, ?, ?)",
                (begun.isoformat(), finished.isoformat(), kind, _text(settings), _text(result)),
            )
        assert cursor.lastrowid is not None  # noqa: S101 - an INSERT has one
        return HealthRun(cursor.lastrowid, begun, finished, kind, settings, result)

    def list(self, kind: str | None = None) -> "list[HealthRun]":
        """Every check, or those of one kind, oldest first."""
        rows = self._catalogue.execute(
            f"SELECT {_COLUMNS} FROM health_runs WHERE ?1 IS NULL OR kind = ?1 ORDER BY id",  # noqa: S608
            (kind,),
        ).fetchall()
        return [self._run(row) for row in rows]

    def latest(self, kind: str) -> HealthRun | None:
        """The last finished check of one kind; None before the first."""
        row = self._catalogue.execute(
            f"SELECT {_COLUMNS} FROM health_runs WHERE kind = ? AND finished IS NOT NULL "  # noqa: S608
            "ORDER BY id DESC LIMIT 1",
            (kind,),
        ).fetchone()
        return None if row is None else self._run(row)

    def _run(self, row: tuple[Any, ...]) -> HealthRun:
        with decoding(self._catalogue.damaged):
            return HealthRun(
                row[0],
                datetime.fromisoformat(row[1]),
                None if row[2] is None else datetime.fromisoformat(row[2]),
                row[3],
                json.loads(row[4]),
                json.loads(row[5]),
            )


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
