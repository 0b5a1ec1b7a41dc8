"""Files and folders for their owner alone, whatever the umask; files replaced whole or not at all."""

import errno
import os
import re
import shutil
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from .errors import CollectionError

_FOLDER = 0o700
_FILE = 0o600
_NAME = 50
"""Characters of a name that an unfinished file keeps: a file's name holds 255 bytes."""


def make_private_folder(path: Path) -> None:
    """Make a folder for its owner alone, unless it is there. Its parent has to exist.

    Raises:
        FileNotFoundError: the parent is gone, such as a collection that was deleted meanwhile.
    """
    try:
        path.mkdir(mode=_FOLDER)
    except FileExistsError:
        if not path.is_dir():
            raise
        return
    with suppress(OSError):  # an odd umask may have taken bits away from the owner
        path.chmod(_FOLDER)


def make_private_folders(root: Path, below: Path) -> None:
    """Make the folder `below`, and those between it and `root`, which has to exist.

    Raises:
        FileNotFoundError: `root` is gone.
    """
    missing = []
    folder = below
    while folder != root and not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for folder in reversed(missing):
        make_private_folder(folder)


def open_private(path: Path, flags: int = os.O_WRONLY | os.O_CREAT | os.O_TRUNC) -> BinaryIO:
    """Open a file for writing bytes; a new one is for its owner alone."""
    return os.fdopen(os.open(path, flags | getattr(os, "O_BINARY", 0), _FILE), "wb")


def unfinished_name(path: Path, suffix: str = ".part") -> Path:
    """A path beside `path` for what this process has not finished yet; `sweep` finds it after a crash."""
    return path.with_name(f".{path.name[:_NAME]}.{os.getpid()}-{os.urandom(4).hex()}{suffix}")


def publish_folder(part: Path, target: Path) -> None:
    """Give a finished folder its name in one step.

    Raises:
        CollectionError: there is something of that name.
    """
    try:
        part.rename(target)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            raise CollectionError(f"There is already something called “{target.name}”.") from error
        raise


def sweep(folder: Path, suffix: str = ".part", name: str = "") -> None:
    """Delete what processes that have died had not finished in `folder`, under this name or any."""
    with suppress(OSError):
        for path in folder.iterdir():
            found = _UNFINISHED.search(path.name)
            if not found or not path.name.endswith(suffix) or (name and found[1] != name[:_NAME]):
                continue
            if not _alive(int(found[2])):
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    with suppress(OSError):
                        path.unlink()


_UNFINISHED = re.compile(r"^\.(.*)\.(\d+)-[0-9a-f]{8}\.\w+$")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # another user's process is alive too
        return True
    return True


def replace_private(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Write `data` to `path` by way of a file beside it, so that it holds the old bytes or the new ones.

    With `durable` it waits for the disk: for what cannot be made again after a power cut.

    Raises:
        OSError: it cannot be written; what was there before is unchanged.
    """
    part = unfinished_name(path)
    try:
        with open_private(part) as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def flush(path: Path) -> None:
    """Wait until the bytes of a file, or the names of the files in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_private(path: Path) -> None:
    """Let only its owner read and write a file or folder, where that can be changed."""
    with suppress(OSError):
        mode = path.lstat().st_mode
        if mode & 0o077 and not path.is_symlink():
            path.chmod(mode & 0o700)
