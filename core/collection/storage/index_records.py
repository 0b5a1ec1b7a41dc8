"""The indexes of a collection: which were made, how, what was measured, and which of them serves.

The contents of a record are text here; what they mean is the business of `core.index_manager`. The files of
an index can be made again from its record, so they may be deleted at any time.
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
"""How the folders begin that a tuning works in."""

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
        """`measured`, read; empty where that cannot be read."""
        return _object(self.measured)

    @property
    def family(self) -> str:
        """Which kind of structure the recipe describes; empty where that cannot be read."""
        return str(_object(self.recipe).get("family", ""))


class IndexStore:
    """The records of a collection's indexes, and the directory of each."""

    def __init__(self, root: Path, catalogue: Catalogue) -> None:
        self._root = root / "indexes"
        self._catalogue = catalogue

    def add(self, space_id: int, recipe: str, settings: str, measured: str) -> IndexRecord:
        """Note an index; it does not serve before `use`."""
        at = datetime.now(UTC).replace(microsecond=0)
        with self._catalogue.transaction() as tx:
            cursor = tx.execute(
                "INSERT INTO built_index (space_id, at, recipe, settings, measured) VALUES (?, ?, ?, ?, ?)",
                (space_id, at.isoformat(), recipe, settings, measured),
            )
        assert cursor.lastrowid is not None  # noqa: S101 - an INSERT has one
        return IndexRecord(cursor.lastrowid, space_id, at, recipe, settings, measured, False)

    def list(self) -> "list[IndexRecord]":
        """Every index, oldest first."""
        rows = self._catalogue.execute(f"SELECT {_COLUMNS} FROM built_index ORDER BY id")  # noqa: S608
        with decoding(self._catalogue.damaged):
            return [_record(row) for row in rows]

    def get(self, index_id: int) -> IndexRecord:
        """One index.

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
        """The index that serves a space; None where search is exact."""
        row = self._catalogue.execute(
            f"SELECT {_COLUMNS} FROM built_index WHERE space_id = ? AND in_use",  # noqa: S608
            (space_id,),
        ).fetchone()
        with decoding(self._catalogue.damaged):
            return None if row is None else _record(row)

    def use(self, index_id: int) -> IndexRecord:
        """Let this index serve its space from now on.

        Raises:
            CollectionError: there is none of this id.
        """
        record = self.get(index_id)
        with self._catalogue.transaction() as tx:
            tx.execute("UPDATE built_index SET in_use = 0 WHERE space_id = ? AND in_use", (record.space_id,))
            tx.execute("UPDATE built_index SET in_use = 1 WHERE id = ?", (index_id,))
        return self.get(index_id)

    def use_exact(self, space_id: int) -> None:
        """Let the space be searched exactly from now on; its indexes stay."""
        with self._catalogue.transaction() as tx:
            tx.execute("UPDATE built_index SET in_use = 0 WHERE space_id = ? AND in_use", (space_id,))

    def set_settings(self, index_id: int, settings: str) -> None:
        """Change the parameters that an index is searched with."""
        with self._catalogue.transaction() as tx:
            tx.execute("UPDATE built_index SET settings = ? WHERE id = ?", (settings, index_id))

    def delete(self, index_id: int) -> None:
        """Forget an index and delete its files."""
        with self._catalogue.transaction() as tx:
            tx.execute("DELETE FROM built_index WHERE id = ?", (index_id,))
        shutil.rmtree(self.folder(index_id), ignore_errors=True)

    @property
    def automatic(self) -> bool:
        """Whether a collection that outgrows exact search may be tuned unasked; yes at first."""
        return self._catalogue.meta("automatic_index") != "no"

    def set_automatic(self, wanted: bool) -> None:
        """Allow or forbid it."""
        self._note("automatic_index", "yes" if wanted else "no")

    @property
    def tried_for(self) -> int:
        """For how many vectors the last tuning that found nothing better than exact search was."""
        return self._catalogue.number("index_tried_for")

    def note_tried(self, vectors: int) -> None:
        """Remember a tuning that found nothing better than exact search."""
        self._note("index_tried_for", str(vectors))

    def _note(self, key: str, value: str) -> None:
        with self._catalogue.transaction() as tx:
            tx.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def folder(self, index_id: int) -> Path:
        """Where the files of an index lie, if they have been made."""
        return self._root / str(index_id)

    def sweep(self) -> None:
        """Delete files of forgotten indexes and of killed tunings, unless an index is being built."""
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
        """The file whose lock whoever builds or tunes must hold."""
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
