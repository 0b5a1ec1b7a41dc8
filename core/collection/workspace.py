"""A workspace: a directory that holds collections."""

import os
import re
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from core.collection.collection import Collection
from core.collection.types import CollectionSummary
from core.embedding.registry import DEFAULT_ENCODER
from core.errors import CollectionError

_NAME = re.compile(r"[^\W_][\w .-]{0,63}")


class Workspace:
    """The collections in one directory, which is made when the first of them is.

    Without a path it is ``$LOOKALIKE_HOME``, else ``~/.lookalike``.
    """

    def __init__(self, path: Path | str | None = None) -> None:
        chosen = path or os.environ.get("LOOKALIKE_HOME") or "~/.lookalike"
        self.path = Path(chosen).expanduser().absolute()

    def list(self) -> "list[CollectionSummary]":
        """Every collection, by name; one that cannot be opened is listed with its problem."""
        if not self.path.is_dir():
            return []
        folders = sorted(folder for folder in self.path.iterdir() if (folder / "catalogue.sqlite").is_file())
        return [_summary(folder) for folder in folders]

    def create(self, name: str, encoder: str = DEFAULT_ENCODER) -> Collection:
        """Make an empty collection whose pictures will be embedded with `encoder`.

        Raises:
            CollectionError: the name is taken or not a usable one.
        """
        root = self._root(name)
        if root.exists():
            raise CollectionError(
                f"There is already a collection “{name}”. Choose another name, or add to that one."
            )
        return Collection.initialise(root, encoder)

    def open(self, name: str) -> Collection:
        """The collection of this name.

        Raises:
            CollectionError: there is none, or it cannot be read.
        """
        root = self._root(name)
        if not (root / "catalogue.sqlite").is_file():
            there = ", ".join(summary.name for summary in self.list()) or "none yet"
            raise CollectionError(f"There is no collection “{name}” in {self.path} (there: {there}).")
        return Collection(root)

    def delete(self, name: str) -> None:
        """Delete a collection with all that it keeps; files referenced in place are left alone.

        Raises:
            CollectionError: there is none, or somebody is adding to it.
        """
        root = self.open(name).root
        try:
            with FileLock(root / "lock", timeout=0):
                # Out of sight in one step: a half-deleted collection is never listed.
                doomed = root.with_name(f".deleted-{os.urandom(4).hex()}")
                root.rename(doomed)
        except Timeout:
            raise CollectionError(
                f"Pictures are being added to “{name}”; cancel that before deleting it."
            ) from None
        shutil.rmtree(doomed)

    def _root(self, name: str) -> Path:
        if not _NAME.fullmatch(name) or name.endswith((" ", ".")):
            raise CollectionError(
                f"“{name}” cannot be a collection's name: take up to 64 letters, digits, spaces, dots, "
                "dashes and underscores, beginning with a letter or digit."
            )
        return self.path / name


def _summary(folder: Path) -> CollectionSummary:
    changed = max((folder / part).stat().st_mtime for part in _changing(folder))
    updated_at = datetime.fromtimestamp(changed, UTC)
    try:
        collection = Collection(folder)
        pictures, encoder, problem = collection.count(), collection.encoder_name, ""
    except (CollectionError, sqlite3.Error) as error:
        pictures, encoder, problem = 0, "", str(error)
    return CollectionSummary(folder.name, folder, pictures, encoder, updated_at, problem)


def _changing(folder: Path) -> "list[str]":
    return [name for name in ("catalogue.sqlite", "catalogue.sqlite-wal") if (folder / name).exists()]
