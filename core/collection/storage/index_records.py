"""Records of a collection's indexes: recipes, measurements, and the active one.

The contents of a record are opaque text here; `core.index_manager` defines them. The files of an index can be
rebuilt from its record, so they may be deleted at any time.
"""

import json
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ...errors import CollectionError
from ...private_files import make_private_folder
from ...stored import UNREADABLE, decoding
from .catalogue import Catalogue

SCRATCH = "tuning-"
"""Prefix of the folders in which a tuning works."""

_COLUMNS = "id, space_id, at, recipe, settings, measured, in_use"


@dataclass(frozen=True)
class IndexRecord:
    """One index. `recipe`, `settings` and `measured` are JSON."""

    id: int
    space_id: int
    at: datetime
    recipe: str
    settings: str
    measured: str
    in_use: bool

    @property
    def figures(self) -> dict[str, Any]:
        """`measured`, parsed; empty if it cannot be parsed."""
        return _object(self.measured)

    @property
    def family(self) -> str:
        """The kind of structure that the recipe describes; empty if it cannot be parsed."""
        return str(_object(self.recipe).get("family", ""))


class IndexStore:
    """The records of a collection's indexes, and the directory of each."""

    def __init__(self, root: Path, catalogue: Catalogue) -> None:
        self._root = root / "indexes"
        self._catalogue = catalogue

    def add(self, space_id: int, recipe: str, settings: str, measured: str) -> IndexRecord:
        """Store the record of an index; it is not active before `use`."""
        at = datetime.now(UTC).replace(microsecond=0)
        with self._catalogue.transaction() as tx:
            cursor = tx.execute(
                "INSERT INTO built_index (space_id, at, recipe, settings, measured) VALUES (?, ?, ?, ?, ?)",
                (space_id, at.isoformat(), recipe, settings, measured),
            )
        assert cursor.lastrowid is not None  # noqa: S101 - an INSERT has one
        return IndexRecord(cursor.lastrowid, space_id, at, recipe, settings, measured, False)

    def list(self) -> "list[IndexRecord]":
        """List all indexes, oldest first."""
        rows = self._catalogue.execute(f"SELECT {_COLUMNS} FROM built_index ORDER BY id")  # noqa: S608
        with decoding(self._catalogue.damaged):
            return [_record(row) for row in rows]

    def get(self, index_id: int) -> IndexRecord:
        """Get one index.

        Raises:
            CollectionError: there is none of this id.
        """
        row = self._catalogue.execute(
            f"SELECT {_COLUMNS} FROM built_index WHERE id = ?",  # noqa: S608
            (index_id,),
        ).fetchone()
        if row is None:
            there = ", ".join(str(record.id) for record in self.list())
            raise CollectionError(f"There is no index {index_id} (there: {there or 'none yet'}).")
        with decoding(self._catalogue.damaged):
            return _record(row)

    def in_use(self, space_id: int) -> IndexRecord | None:
        """Return the active index of a space; None if search is exact."""
        row = self._catalogue.execute(
            f"SELECT {_COLUMNS} FROM built_index WHERE space_id = ? AND in_use",  # noqa: S608
            (space_id,),
        ).fetchone()
        with decoding(self._catalogue.damaged):
            return None if row is None else _record(row)

    def use(self, index_id: int) -> IndexRecord:
        """Make this index the active one of its space.

        Raises:
            CollectionError: there is none of this id.
        """
        record = self.get(index_id)
        with self._catalogue.transaction() as tx:
            tx.execute("UPDATE built_index SET in_use = 0 WHERE space_id = ? AND in_use", (record.space_id,))
            tx.execute("UPDATE built_index SET in_use = 1 WHERE id = ?", (index_id,))
        return self.get(index_id)

    def use_exact(self, space_id: int) -> None:
        """Switch the space to exact search; its indexes stay."""
        with self._catalogue.transaction() as tx:
            tx.execute("UPDATE built_index SET in_use = 0 WHERE space_id = ? AND in_use", (space_id,))

    def set_settings(self, index_id: int, settings: str) -> None:
        """Change the search parameters of an index."""
        with self._catalogue.transaction() as tx:
            tx.execute("UPDATE built_index SET settings = ? WHERE id = ?", (settings, index_id))

    def delete(self, index_id: int) -> None:
        """Delete an index and its files."""
        with self._catalogue.transaction() as tx:
            tx.execute("DELETE FROM built_index WHERE id = ?", (index_id,))
        shutil.rmtree(self.folder(index_id), ignore_errors=True)

    @property
    def automatic(self) -> bool:
        """Whether a collection that outgrows exact search may be tuned automatically; true by default."""
        return self._catalogue.meta("automatic_index") != "no"

    def set_automatic(self, wanted: bool) -> None:
        """Allow or forbid automatic tuning."""
        self._note("automatic_index", "yes" if wanted else "no")

    @property
    def tried_for(self) -> int:
        """Return the number of vectors at the last tuning that found nothing better than exact search."""
        return self._catalogue.number("index_tried_for")

    def note_tried(self, vectors: int) -> None:
        """Record a tuning that found nothing better than exact search."""
        self._note("index_tried_for", str(vectors))

    def _note(self, key: str, value: str) -> None:
        with self._catalogue.transaction() as tx:
            tx.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def folder(self, index_id: int) -> Path:
        """Return the folder of an index's files, if they have been built."""
        return self._root / str(index_id)

    def sweep(self) -> None:
        """Delete files of deleted indexes and of killed tunings, unless an index is being built."""
        if not self._root.is_dir():
            return
        with suppress(Timeout, OSError), FileLock(self._root / "lock", timeout=0, mode=0o600):
            known = {str(record.id) for record in self.list()}
            for folder in self._root.iterdir():
                forgotten = folder.name.isdecimal() and folder.name not in known
                if folder.is_dir() and (forgotten or folder.name.startswith(SCRATCH)):
                    shutil.rmtree(folder, ignore_errors=True)

    @property
    def lock_file(self) -> Path:
        """The lock file for building and tuning."""
        make_private_folder(self._root)
        return self._root / "lock"


def _object(text: str) -> dict[str, Any]:
    try:
        return dict(json.loads(text))
    except UNREADABLE:
        return {}


def _record(row: tuple[object, ...]) -> IndexRecord:
    return IndexRecord(
        int(str(row[0])),
        int(str(row[1])),
        datetime.fromisoformat(str(row[2])),
        str(row[3]),
        str(row[4]),
        str(row[5]),
        bool(row[6]),
    )
