"""Copying of a whole collection: a snapshot of the catalogue, then every file that it may name."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from ...disk_errors import explained
from ...errors import DiskFullError
from ...jobs import Monitor
from ...private_files import (
    make_private_folder,
    make_private_folders,
    open_private,
    publish_folder,
    unfinished_name,
)
from .catalogue import Catalogue

_NOT_COPIED = ("lock", "staging")
"""Of one process's work. The catalogue's own files are copied by SQLite."""

_SPARE = 64 * 2**20
"""Bytes of disk space that a copy leaves free."""

_CHUNK = 4 * 2**20


def copy_collection(root: Path, catalogue: Catalogue, target: Path, monitor: Monitor) -> None:
    """Copy the collection in `root` to the new directory `target` atomically.

    The caller holds the collection's lock, so that nothing the catalogue names is deleted meanwhile: the
    catalogue is copied first, so every file that the copy names is among those copied after it. The copy gets
    its own identity, and no index on a Milvus server: the data there belongs to the original.
    A process that is killed leaves a directory that `core.private_files.sweep` finds by its ``.new`` suffix.

    Raises:
        CollectionError: `target` exists already, or a file cannot be read or written.
        DiskFullError: there is no room for the copy.
        Cancelled: the monitor was asked to stop; nothing of the copy stays.
    """
    files = list(_files(root))
    needed = sum(size for _, size in files) + catalogue.path.stat().st_size + _SPARE
    free = shutil.disk_usage(target.parent).free
    if free < needed:
        raise DiskFullError(
            f"A copy of “{root.name}” takes {needed / 2**20:,.0f} MB and only {free / 2**20:,.0f} MB are "
            "free. Free some space first; nothing was copied."
        )
    monitor.say(f"Copying {root.name}")
    monitor.expect(len(files))
    part = unfinished_name(target, ".new")
    try:
        with explained(f"“{target.name}”"):
            make_private_folder(part)
            _copy_catalogue(catalogue, part / catalogue.path.name)
            for relative, _ in files:
                monitor.check()
                _copy_file(root / relative, part, relative)
                monitor.advance()
            monitor.check()
            if hasattr(os, "sync"):
                os.sync()  # the files reach the disk before the name that makes them valid
            publish_folder(part, target)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _files(root: Path) -> Iterator[tuple[Path, int]]:
    """Every file to copy, relative to `root`, and its bytes; links are not followed and not copied."""
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        if here == root:
            folders[:] = [name for name in folders if name not in _NOT_COPIED]
            names = [name for name in names if not name.startswith("catalogue.sqlite")]  # noqa: PLW2901
        if here == root / "indexes":
            folders[:] = [name for name in folders if name.isdecimal()]  # a tuning works in the others
        for name in names:
            path = here / name
            if name not in _NOT_COPIED and not name.endswith(".part") and not path.is_symlink():
                with suppress(FileNotFoundError):
                    yield path.relative_to(root), path.stat().st_size


def _copy_catalogue(catalogue: Catalogue, path: Path) -> None:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(path)) as copy:
        catalogue.back_up(copy)
        with copy:
            copy.execute("UPDATE meta SET value = lower(hex(randomblob(16))) WHERE key = 'identity'")
            copy.execute(
                "DELETE FROM built_index WHERE json_valid(recipe) AND recipe ->> '$.family' = 'milvus'"
            )


def _copy_file(source: Path, part: Path, relative: Path) -> None:
    make_private_folders(part, (part / relative).parent)
    try:
        read = source.open("rb")
    except FileNotFoundError:  # an index or a thumbnail, which can be rebuilt
        return
    with read, open_private(part / relative) as written:
        shutil.copyfileobj(read, written, _CHUNK)
    with suppress(OSError):  # the modification time of a learned or built file shows which is newer
        shutil.copystat(source, part / relative)
