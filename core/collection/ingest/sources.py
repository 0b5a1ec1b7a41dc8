"""Sources of pictures: folders, uploaded files, ZIP archives.

A source is iterated lazily and yields, for everything that it finds, either a `Candidate` (which may still
turn out not to be a picture when decoded) or a `Skipped` with the reason.
"""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from ...errors import CollectionError
from ...images.files import file_kind_reason, open_unlinked, os_error_reason, read_file, read_unlinked
from ..safe_names import display_name
from .file_filter import is_ignored, not_a_picture, skipped_folder, skipped_library
from .label_csv import Labeller, Labels
from .zip_reader import Archive

__all__ = ["Candidate", "FilesSource", "FolderSource", "Labels", "Skipped", "Source", "ZipSource"]


_LEADS_OUT = "The link points outside the folder; links are only followed inside it."


@dataclass(frozen=True)
class Candidate:
    """Something that may be a picture.

    Attributes:
        name: as shown to the user: a "/"-separated path below the folder or archive, made safe to
            store and print by `core.collection.safe_names.display_name` (not safe to put in HTML).
        path: on disk; None inside an archive and for bytes.
        size: in bytes.
        mtime_ns: modification time in nanoseconds; 0 if `path` is None.
        label: None if unknown.
        caption: None if unknown.
        read: returns its bytes; may be called later and from another thread, and raises
            `core.errors.ImageError` with a plain reason if it cannot be read.
    """

    name: str
    path: Path | None
    size: int
    mtime_ns: int
    label: str | None
    caption: str | None
    read: Callable[[], bytes]


@dataclass(frozen=True)
class Skipped:
    """Something that was found but is not a candidate, with the reason in a plain sentence."""

    name: str
    reason: str


class Source(Protocol):
    """Yields candidates lazily; can be iterated more than once."""

    def __iter__(self) -> Iterator[Candidate | Skipped]:
        """Iterate over everything found, in a fixed order."""

    def count(self) -> int:
        """Estimate the number of candidates, cheaply, for a progress bar."""


class FolderSource:
    """Every file below a folder, sorted by name within each folder.

    Hidden files and leftovers of operating systems are silently ignored; recycle bins, previews
    and libraries of other programs are skipped, each with a reason. Symbolic links to
    files inside the folder are read; links out of it, and links to folders, are skipped. The CSV of labels
    may be in the folder.

    Args:
        folder: an existing folder.
        labels: see `core.collection.ingest.label_csv.Labels`.

    Raises:
        CollectionError: the folder does not exist or cannot be listed, or the CSV cannot be read.
    """

    def __init__(self, folder: Path, labels: Labels = None) -> None:
        self._folder = _existing_folder(folder)
        self._labeller = Labeller(labels)
        self._label_file = labels.resolve() if isinstance(labels, Path) else None

    @property
    def folder(self) -> Path:
        """The folder, without links in its path."""
        return self._folder

    def __iter__(self) -> Iterator[Candidate | Skipped]:
        self._labeller.restart()
        yield from (Skipped(*note) for note in self._labeller.notes())
        # A stack instead of recursion: hostile trees are thousands of folders deep.
        stack = [self._children("")]
        while stack:
            try:
                item = next(stack[-1])
            except StopIteration:
                stack.pop()
                continue
            if isinstance(item, str):
                stack.append(self._children(item))
            else:
                yield item
        yield from (Skipped(*row) for row in self._labeller.unused())

    def count(self) -> int:
        """Number of files that will be tried, from the names alone."""
        total = 0
        stack = [str(self._folder)]
        while stack:
            try:
                with os.scandir(stack.pop()) as entries:
                    for entry in entries:
                        is_folder = entry.is_dir(follow_symlinks=False)
                        if is_ignored(entry.name) or (is_folder and skipped_folder(entry.name)):
                            continue
                        if is_folder:
                            stack.append(entry.path)
                        elif not_a_picture(entry.name) is None:
                            total += 1
            except OSError:
                continue  # iterating reports what is wrong with it
        return total

    def _children(self, below: str) -> Iterator[Candidate | Skipped | str]:
        """List the contents of one folder; a plain string is a folder to enter."""
        folders: set[str] = set()
        left_out: dict[str, str] = {}
        names: list[str] = []
        try:
            # Only names are held for the whole folder; each file is examined in turn.
            with _listing(self._folder / below) as entries:
                for entry in entries:
                    is_folder = entry.is_dir(follow_symlinks=False)
                    if is_folder and (reason := skipped_folder(entry.name)):
                        left_out[entry.name] = reason
                    elif is_ignored(entry.name):
                        continue
                    elif is_folder:
                        folders.add(entry.name)
                    names.append(entry.name)
        except OSError as error:
            yield Skipped(display_name(below) or str(self._folder), _folder_reason(error))
            return
        names.sort()
        for name in names:
            relative = f"{below}/{name}" if below else name
            if name in left_out:
                yield Skipped(display_name(relative), left_out[name])
            elif name in folders:
                yield relative
            else:
                found = self._look_at(relative)
                if found is not None:
                    yield found

    def _look_at(self, relative: str) -> Candidate | Skipped | None:
        name = display_name(relative)
        path = real = self._folder / relative
        try:
            status = path.lstat()
            if stat.S_ISLNK(status.st_mode):
                reason = self._link_reason(path)
                if reason:
                    return Skipped(name, reason)
                real = path.resolve(strict=True)
                if not real.is_relative_to(self._folder):
                    return Skipped(name, _LEADS_OUT)
                status = real.lstat()
        except OSError as error:
            return Skipped(name, os_error_reason(error))
        is_table = self._label_file is not None and path.name == self._label_file.name
        if is_table and path.resolve() == self._label_file:
            return None
        reason = file_kind_reason(status.st_mode) or not_a_picture(relative)
        if reason:
            return Skipped(name, reason)
        annotation = self._labeller.annotate(name)
        # The checked file is read: a link that replaces it in between is not followed.
        read = partial(read_unlinked, real)
        return Candidate(
            name, path, status.st_size, status.st_mtime_ns, annotation.label, annotation.caption, read
        )

    def _link_reason(self, path: Path) -> str | None:
        try:
            target = path.resolve(strict=True)
        except RuntimeError:  # raised by Python 3.11 and 3.12 for a circular link
            return "The link points to itself, directly or in a circle."
        except FileNotFoundError:
            return "The link is broken: its target is missing."
        if not target.is_relative_to(self._folder):
            return _LEADS_OUT
        if target.is_dir():
            return "A link to another folder; the contents of that folder are added under its own name."
        return None


class FilesSource:
    """Single files, as uploaded or picked.

    Args:
        files: for each its name and its bytes, or its path.
        labels: see `core.collection.ingest.label_csv.Labels`.

    Raises:
        CollectionError: the CSV cannot be read.
    """

    def __init__(self, files: Sequence[tuple[str, Path | bytes]], labels: Labels = None) -> None:
        self._files = list(files)
        self._labeller = Labeller(labels)

    def __iter__(self) -> Iterator[Candidate | Skipped]:
        self._labeller.restart()
        yield from (Skipped(*note) for note in self._labeller.notes())
        for raw_name, content in self._files:
            yield self._look_at(raw_name.replace("\\", "/"), content)
        yield from (Skipped(*row) for row in self._labeller.unused())

    def count(self) -> int:
        """Number of files that will be tried."""
        return sum(not_a_picture(name) is None for name, _ in self._files)

    def _look_at(self, raw_name: str, content: Path | bytes) -> Candidate | Skipped:
        name = display_name(raw_name)
        reason = not_a_picture(raw_name)
        if reason:
            return Skipped(name, reason)
        annotation = self._labeller.annotate(name)
        if isinstance(content, bytes):
            read = partial(bytes, content)
            return Candidate(name, None, len(content), 0, annotation.label, annotation.caption, read)
        try:
            status = content.stat()
        except OSError as error:
            return Skipped(name, os_error_reason(error))
        if reason := file_kind_reason(status.st_mode):
            return Skipped(name, reason)
        return Candidate(
            name=name,
            path=content,
            size=status.st_size,
            mtime_ns=status.st_mtime_ns,
            label=annotation.label,
            caption=annotation.caption,
            read=partial(read_file, content),
        )


class ZipSource:
    """The pictures in a ZIP archive, in the archive's order, read without unpacking anything to disk.

    The archive stays open as long as this source or one of its candidates lives.

    Args:
        archive: the path of the archive, or its bytes.
        labels: see `core.collection.ingest.label_csv.Labels`.

    Raises:
        ArchiveError: it is not a ZIP archive, is damaged, or holds too many files.
        CollectionError: the CSV cannot be read.
    """

    def __init__(self, archive: Path | bytes, labels: Labels = None) -> None:
        self._labeller = Labeller(labels)
        self._archive = Archive(archive)

    def __iter__(self) -> Iterator[Candidate | Skipped]:
        self._labeller.restart()
        yield from (Skipped(*note) for note in self._labeller.notes())
        for member in self._archive.members():
            if member.refusal is not None:
                yield Skipped(member.name, member.refusal)
                continue
            annotation = self._labeller.annotate(member.name)
            read = partial(self._archive.read, member)
            yield Candidate(member.name, None, member.size, 0, annotation.label, annotation.caption, read)
        yield from (Skipped(*row) for row in self._labeller.unused())

    def count(self) -> int:
        """Number of files in the archive that will be tried."""
        return sum(member.refusal is None for member in self._archive.members())


@contextmanager
def _listing(folder: Path) -> Iterator[Iterator[os.DirEntry[str]]]:
    """List the entries of a folder whose path contained no link when it was checked, and contains none
    now.
    """
    if os.scandir not in os.supports_fd:
        with os.scandir(folder) as entries:
            yield entries
        return
    descriptor = open_unlinked(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with os.scandir(descriptor) as entries:
            yield entries
    finally:
        os.close(descriptor)


def _existing_folder(folder: Path) -> Path:
    shown = display_name(str(folder))
    try:
        resolved = folder.expanduser().resolve(strict=True)
        if not resolved.is_dir():
            raise CollectionError(f"{shown} is a file, not a folder.")
        if reason := skipped_library(resolved.name):
            raise CollectionError(f"{shown} is not added. {reason}")
        with os.scandir(resolved):
            return resolved
    except FileNotFoundError as error:
        raise CollectionError(f"There is no folder {shown}.") from error
    except PermissionError as error:
        raise CollectionError(f"No permission to list the folder {shown}.") from error
    except (OSError, RuntimeError, ValueError) as error:
        raise CollectionError(f"The folder {shown} cannot be listed: {error}") from error


def _folder_reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "No permission to list the folder."
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "The folder is gone: it may have been moved or deleted meanwhile."
    return f"The folder cannot be listed: {error.strerror or 'unknown error'}."
