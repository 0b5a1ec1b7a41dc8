"""Reading one file from disk, with a plain reason where that fails."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

from ..errors import ImageError

MAX_FILE_BYTES = 256 * 1024 * 1024
"""The largest file, in bytes, that is read as a picture."""

# Without O_NONBLOCK, opening a named pipe waits for a writer that never comes.
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

_REASONS = {
    errno.ENOENT: "The file is gone: it may have been moved or deleted since it was listed.",
    errno.ENOTDIR: "The file is gone: its folder was replaced by something else.",
    errno.EACCES: "No permission to read the file.",
    errno.EPERM: "No permission to read the file.",
    errno.EISDIR: "This is a folder, not a file.",
    errno.ELOOP: "The link points to itself or in a circle, or the file was replaced by a link meanwhile.",
    errno.ENAMETOOLONG: "The path is longer than this system allows.",
    errno.EIO: "The disk reported an error while the file was read.",
    errno.EMFILE: "Too many files are open at once.",
    errno.ENFILE: "Too many files are open at once.",
    errno.ESTALE: "The file is gone: the network drive that held it has changed.",
    errno.ENXIO: "Not a regular file, but a device or a socket.",
}


def os_error_reason(error: OSError) -> str:
    """Describe an error of the operating system in a plain sentence."""
    if error.errno in _REASONS:
        return _REASONS[error.errno]
    return f"The file cannot be read: {error.strerror or 'unknown error'}."


def file_kind_reason(mode: int) -> str | None:
    """Explain why a file of this `st_mode` is not read; None for a regular file."""
    if stat.S_ISREG(mode):
        return None
    if stat.S_ISDIR(mode):
        return _REASONS[errno.EISDIR]
    if stat.S_ISFIFO(mode):
        return "Not a regular file, but a named pipe."
    return _REASONS[errno.ENXIO]


def read_file(path: Path, most: int | None = None) -> bytes:
    """Read a regular file, or its first `most` bytes.

    Never blocks on a pipe or device in place of a picture.

    Raises:
        ImageError: the file cannot be read, is not a regular file, or is larger than `MAX_FILE_BYTES`.
    """
    return _read(lambda: os.open(path, _READ), most)


def read_unlinked(path: Path) -> bytes:
    """Read the regular file at an absolute path that contained no link when it was checked.

    A folder or file on the path that has since been replaced by a link is not followed.

    Raises:
        ImageError: as `read_file`, or the path contains a link.
    """
    return _read(lambda: open_unlinked(path, _READ), None)


def open_unlinked(path: Path, flags: int) -> int:
    """Open an absolute path without following a link in any part of it; returns the descriptor.

    Each folder is opened relative to the one before it, so renaming or replacing a part meanwhile cannot
    redirect it. On systems that cannot do that, the path is compared with its resolved form instead.

    Raises:
        OSError: it cannot be opened, or the path contains a link.
    """
    if os.open not in os.supports_dir_fd:
        if path.resolve() != path:
            raise OSError(errno.ELOOP, "a link on the way", str(path))
        return os.open(path, flags)
    root, *parts = path.parts
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    for at, part in enumerate(parts, start=1):
        # O_PATH does not need permission to list a folder, only to traverse it.
        through = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY
        try:
            below = os.open(part, (flags if at == len(parts) else through) | os.O_NOFOLLOW, dir_fd=descriptor)
        finally:
            os.close(descriptor)
        descriptor = below
    return descriptor


def _read(opened: Callable[[], int], most: int | None) -> bytes:
    try:
        descriptor = opened()
    except OSError as error:
        raise ImageError(os_error_reason(error)) from error
    except ValueError as error:  # a path with a NUL in it
        raise ImageError("The path holds a character that no file name can have.") from error
    try:
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            status = os.fstat(descriptor)
            if reason := file_kind_reason(status.st_mode):
                raise ImageError(reason)
            if status.st_size > MAX_FILE_BYTES:
                raise ImageError(too_large_reason(status.st_size))
            wanted = status.st_size if most is None else min(most, status.st_size)
            data = file.read(wanted)
            # A raw read may return fewer bytes, for example on network drives.
            while len(data) < wanted and (more := file.read(wanted - len(data))):
                data += more
    except OSError as error:
        raise ImageError(os_error_reason(error)) from error
    return data


def too_large_reason(size: int) -> str:
    """Explain why a file of `size` bytes, more than `MAX_FILE_BYTES`, is not read."""
    return f"{size / 2**20:,.0f} MB is more than the {MAX_FILE_BYTES // 2**20} MB that a picture may have."
