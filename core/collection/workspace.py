"""A workspace: a directory that holds collections."""

import os
import re
import shutil
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from ..disk_errors import explain, explained
from ..embedding.registry import DEFAULT_ENCODER
from ..errors import CollectionError
from ..jobs import Monitor
from ..private_files import make_private, sweep, unfinished_name
from .collection import Collection
from .safe_names import nfc
from .storage.catalogue import Catalogue
from .types import CollectionSummary, Filter

_NAME = re.compile(r"[^\W_][\w .-]{0,63}")
_DEFAULT = "~/.lookalike"


class Workspace:
    """The collections in one directory, which is created with the first one.

    Without a path it is ``$LOOKALIKE_HOME``, else ``~/.lookalike``. Collections are accessible only to their
    owner.
    """

    def __init__(self, path: Path | str | None = None) -> None:
        chosen = path or os.environ.get("LOOKALIKE_HOME") or _DEFAULT
        self.path = Path(chosen).expanduser().absolute()

    def list(self) -> "list[CollectionSummary]":
        """List all collections by name; one that cannot be opened is listed with its problem.

        Nothing is written, so it works in a read-only workspace and with collections of an older version.

        Raises:
            CollectionError: the workspace cannot be read.
        """
        if not self.path.is_dir():
            return []
        with explained(str(self.path)):
            return [_summary(folder) for folder in sorted(self.path.iterdir()) if _is_collection(folder)]

    def create(self, name: str, encoder: str = DEFAULT_ENCODER) -> Collection:
        """Create an empty collection whose pictures will be embedded with `encoder`, atomically.

        Raises:
            CollectionError: the name is taken or invalid, or the workspace is not writable.
        """
        root = self._root(name)
        if _is_collection(root):
            raise CollectionError(
                f"There is already a collection “{name}”. Choose another name, or add to that one."
            )
        with explained(f"“{name}”"):
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._sweep()
            return Collection.initialise(root, encoder)

    def open(self, name: str) -> Collection:
        """Open the collection of this name.

        Raises:
            CollectionError: there is none, or it cannot be read.
        """
        root = self._existing(name)
        self._sweep()
        for path in (root, *root.iterdir()):
            make_private(path)
        if self.path == Path(_DEFAULT).expanduser().absolute():
            make_private(self.path)
        return Collection(root)

    def delete(self, name: str) -> None:
        """Delete a collection with all its data, readable or not; files referenced in place are not touched.

        Raises:
            CollectionError: there is none, pictures are being added to it, or it cannot be deleted.
        """
        root = self._existing(name)
        try:
            with FileLock(root / "lock", timeout=0, mode=0o600):
                # Hidden in one step: a half-deleted collection is never listed.
                doomed = unfinished_name(root, ".deleted")
                root.rename(doomed)
        except Timeout:
            raise CollectionError(
                f"Pictures are being added to “{name}”; cancel that before deleting it."
            ) from None
        except OSError as error:
            raise explain(error, f"“{name}”") or error from error
        shutil.rmtree(doomed, ignore_errors=True)  # leftovers are swept later
        self._sweep()

    def rename(self, name: str, new_name: str) -> Collection:
        """Rename a collection atomically, and open it.

        A process that has it open under the old name can still read it, and gets an error on writing.

        Raises:
            CollectionError: there is none, the new name is taken or invalid, pictures are being
                added to it or an index is being built for it, or the workspace is not writable.
        """
        root, target = self._existing(name), self.check_free(new_name)
        with ExitStack() as locks:
            try:
                for lock in (root / "lock", root / "indexes" / "lock"):
                    if lock.parent.is_dir():
                        locks.enter_context(FileLock(lock, timeout=0, mode=0o600))
                root.rename(target)
            except Timeout:
                raise CollectionError(
                    f"Pictures are being added to “{name}”, or an index is being built for it; wait until "
                    "that is done, or cancel it, before renaming it."
                ) from None
            except OSError as error:
                raise explain(error, f"“{name}”") or error from error
        return self.open(new_name)

    def duplicate(self, name: str, new_name: str, monitor: Monitor | None = None) -> Collection:
        """Copy a collection completely under another name, atomically. The copy is independent of the
        original.

        Files referenced in place stay where they are.

        Raises:
            CollectionError: there is none or it cannot be read, the new name is taken or invalid, or pictures
                are being added to it.
            DiskFullError: there is no room for the copy.
            Cancelled: the monitor was asked to stop; nothing of the copy stays.
        """
        source, target = self.open(name), self.check_free(new_name)
        source.copy_to(target, monitor or Monitor())
        return self.open(new_name)

    def check_free(self, name: str) -> Path:
        """Return the directory for a new collection.

        Raises:
            CollectionError: the name is taken or invalid.
        """
        root = self._root(name)
        if root.exists() or root.is_symlink():
            raise CollectionError(f"There is already something called “{name}”. Choose another name.")
        return root

    def _sweep(self) -> None:
        """Delete what dead processes were creating or deleting."""
        sweep(self.path, ".new")
        sweep(self.path, ".deleted")
        for left in self.path.glob(".deleted-*"):  # names used by earlier versions
            shutil.rmtree(left, ignore_errors=True)

    def _existing(self, name: str) -> Path:
        root = self._root(name)
        if not _is_collection(root):
            there = ", ".join(summary.name for summary in self.list()) or "none yet"
            raise CollectionError(f"There is no collection “{name}” in {self.path} (there: {there}).")
        return root

    def _root(self, name: str) -> Path:
        name = nfc(name)  # some systems write an accent as a separate character, others do not
        if not _NAME.fullmatch(name) or name.endswith((" ", ".")):
            raise CollectionError(
                f"“{name}” cannot be a collection's name: use up to 64 letters, digits, spaces, dots, "
                "dashes and underscores, beginning with a letter or digit."
            )
        return self.path / name


def _is_collection(folder: Path) -> bool:
    """Whether a folder is a collection, even if its catalogue is damaged or missing."""
    with suppress(OSError):
        return not folder.name.startswith(".") and (
            (folder / "catalogue.sqlite").exists() or any((folder / "vectors").glob("*.f32"))
        )
    return False


def _summary(folder: Path) -> CollectionSummary:
    changed = folder.stat().st_mtime
    pictures, encoder, problem = 0, "", ""
    try:
        changed = max((folder / part).stat().st_mtime for part in _changing(folder))
        catalogue = Catalogue(folder / "catalogue.sqlite", read_only=True)
        pictures, encoder = catalogue.count(Filter()), catalogue.meta("encoder") or ""
        catalogue.close()
    except (CollectionError, OSError) as error:
        problem = str(error)
    updated_at = datetime.fromtimestamp(changed, UTC)
    return CollectionSummary(folder.name, folder, pictures, encoder, updated_at, problem)


def _changing(folder: Path) -> "list[str]":
    names = ("catalogue.sqlite", "catalogue.sqlite-wal")
    return [name for name in names if (folder / name).exists()] or ["."]
