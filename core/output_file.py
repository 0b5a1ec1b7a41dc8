"""Files that the user asked for (CSV, HTML, PNG): written beside their target and renamed over it.

A run that fails, is killed or fills the disk leaves what was there before, whole.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from .disk_errors import explained
from .errors import LookalikeError
from .private_files import sweep, unfinished_name


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes the place of `path` when the block ends without an error.

    A new file gets the mode that the umask leaves, one that is replaced keeps its own, and a link goes on
    pointing to its target. What is no plain file (a pipe, ``/dev/stdout``) is written directly.

    Raises:
        LookalikeError: it cannot be written; what was there before is unchanged.
    """
    with explained(str(path)):
        target = path.resolve()
        mode = _mode(target)
        if mode is not None and not stat.S_ISREG(mode):
            if stat.S_ISDIR(mode):
                raise LookalikeError(f"{path} is a folder; name a file to write.")
            with target.open("wb") as out:
                yield out
            return
        sweep(target.parent, name=target.name)
        part = unfinished_name(target)
        try:
            with part.open("xb") as out:
                yield out
                out.flush()
                os.fsync(out.fileno())
            if mode is not None:
                with suppress(OSError):
                    part.chmod(stat.S_IMODE(mode))
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)


def write_file(path: Path, content: bytes | str) -> int:
    """Write `content`, text as UTF-8, to the file at `path`, whole or not at all; returns its size in bytes.

    Raises:
        LookalikeError: it cannot be written; what was there before is unchanged.
    """
    data = content if isinstance(content, bytes) else content.encode("utf-8", errors="replace")
    with replacing(path) as out:
        out.write(data)
    return len(data)


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None
