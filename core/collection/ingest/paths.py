"""Additions from paths: a folder, a ZIP archive or single picture files."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from ...errors import CollectionError
from ...jobs import Monitor
from ..collection import Collection
from ..safe_names import display_name
from ..types import AddReport
from .sources import FilesSource, FolderSource, Labels, ZipSource

Addition = Callable[[Collection, Monitor], AddReport]
"""Adds one thing to a collection; raises as `Collection.add_folder` and similar methods do."""


def additions(
    paths: Sequence[Path], labels: str | None = "folder", keep: bool = False, *, full_check: bool = False
) -> list[Addition]:
    """Return the additions of `paths`, single files together; the paths are checked before anything is added.

    Args:
        paths: folders, ZIP archives or picture files.
        labels: ``"folder"``, the path of a CSV, or None.
        keep: copy the pictures of folders into the collection.
        full_check: also read files whose size and modification time are unchanged.

    Raises:
        LookalikeError: a path does not exist, a folder cannot be listed, or an archive or the CSV cannot be
            read.
    """
    _check_paths(paths, labels)
    found: list[Addition] = []
    files: list[tuple[str, Path]] = []
    for path in paths:
        if path.is_dir():
            found.append(partial(_add_folder, path, labels, keep, full_check))
        elif path.suffix.lower() == ".zip":
            found.append(partial(_add_zip, path, labels))
        else:
            files.append((path.name, path))
    if files:
        found.append(partial(_add_files, files, None if labels == "folder" else labels))
    return found


def _add_folder(
    path: Path, labels: str | None, keep: bool, full_check: bool, collection: Collection, monitor: Monitor
) -> AddReport:
    return collection.add_folder(path, labels, keep, monitor, full_check=full_check)


def _add_zip(path: Path, labels: str | None, collection: Collection, monitor: Monitor) -> AddReport:
    return collection.add_zip(path, path.name, labels, monitor)


def _add_files(
    files: Sequence[tuple[str, Path]], labels: str | None, collection: Collection, monitor: Monitor
) -> AddReport:
    return collection.add_files(files, labels, monitor)


def _check_paths(paths: Sequence[Path], labels: str | None) -> None:
    table: Labels = None if labels is None or labels == "folder" else Path(labels)
    for path in paths:
        if path.is_dir():
            FolderSource(path, table)
        elif path.suffix.lower() == ".zip":
            ZipSource(path, table)
        elif not path.exists():
            raise CollectionError(f"There is no file or folder {display_name(str(path))}. Nothing was added.")
        elif table is not None:
            FilesSource([], table)
