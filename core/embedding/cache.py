"""A cache of files that are expensive to build and safe to delete: exported models and precomputed matrices.

They are stored in ``$LOOKALIKE_CACHE``, else ``~/.cache/lookalike``. A file's name carries a digest of
everything that went into it, so a stale file is never found, only left behind. Each file has a receipt beside
it (its SHA-256 and what was measured when it was made); a file that does not match its receipt is made again.
"""

import atexit
import glob
import hashlib
import json
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

log = logging.getLogger(__name__)

# Another process may be exporting the same model: seconds, or minutes for a large one on a busy machine.
_LOCK_TIMEOUT_S = 600.0
_SURELY_DEAD_S = 3600.0
"""Age from which an unfinished file is considered abandoned."""


def sha256_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as 64 hex digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digest(*parts: str | bytes) -> str:
    """Return the SHA-256 of `parts`, each framed by its length so that no two lists share a digest."""
    total = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        total.update(len(raw).to_bytes(8, "big"))
        total.update(raw)
    return total.hexdigest()


def cache_dir(kind: str) -> Path:
    """Return a writable directory for files of one `kind`, such as ``"onnx"``.

    If the configured directory is not writable (a read-only home, a full disk), a temporary directory is used
    until the process ends: starts are slower, but everything works.
    """
    configured = os.environ.get("LOOKALIKE_CACHE")
    try:
        root = Path(configured).expanduser() if configured else Path.home() / ".cache" / "lookalike"
        folder = root / kind
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK | os.X_OK):
            return folder
        log.warning("%s cannot be written; caching in a temporary directory instead", folder)
    except (OSError, RuntimeError) as error:  # RuntimeError: no home directory can be determined
        log.warning("no cache directory (%s); caching in a temporary directory instead", error)
    folder = _temporary_root() / kind
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@cache
def _temporary_root() -> Path:
    root = Path(tempfile.mkdtemp(prefix="lookalike-cache-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    return root


def cached_file(
    kind: str, stem: str, key: str, suffix: str, build: Callable[[Path], Mapping[str, Any]]
) -> Path:
    """Return the path of a cached file, building it first if it is missing or damaged.

    One process builds it while others wait. It is written under a temporary name and moved into place, so
    that a killed process leaves no partial file under the real name.

    Args:
        kind: directory under the cache root.
        stem: readable prefix of the name; characters not allowed in file names are replaced.
        key: everything that determines the content; another key is another file.
        suffix: the extension, such as ``".onnx"``.
        build: writes the file to the given path, and returns facts to store in the receipt.

    Raises:
        whatever `build` raises; nothing is kept then.
    """
    folder = cache_dir(kind)
    readable = "".join(c if c.isalnum() or c in "-." else "-" for c in stem)[-60:]
    path = folder / f"{readable}-{digest(key)[:16]}{suffix}"
    if _intact(path):
        return path
    with _locked(path):
        if _intact(path):  # built by the process that held the lock
            return path
        _sweep(path)
        handle, name = tempfile.mkstemp(prefix=path.stem + ".", suffix=".tmp", dir=folder)
        os.close(handle)
        unfinished = Path(name)
        try:
            facts = build(unfinished)
            receipt = json.dumps({"sha256": sha256_file(unfinished), "facts": dict(facts)}, indent=1)
            unfinished.replace(path)
            _write_atomically(_receipt(path), receipt)
        finally:
            unfinished.unlink(missing_ok=True)
    return path


def _sweep(path: Path) -> None:
    """Delete the partial files that killed processes left of this file."""
    for left in path.parent.glob(f"{glob.escape(path.stem)}.*.tmp"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _SURELY_DEAD_S:
                left.unlink()


def facts_of(path: Path) -> dict[str, Any]:
    """Return the facts stored in the receipt of a cached file."""
    facts = json.loads(_receipt(path).read_text(encoding="utf-8"))["facts"]
    return dict(facts)


def discard(path: Path) -> None:
    """Delete a cached file, so that the next `cached_file` rebuilds it."""
    _receipt(path).unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def _receipt(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _intact(path: Path) -> bool:
    try:
        receipt = json.loads(_receipt(path).read_text(encoding="utf-8"))
        return bool(receipt["sha256"] == sha256_file(path) and isinstance(receipt["facts"], dict))
    except (OSError, ValueError, KeyError, TypeError):
        return False


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    lock = FileLock(path.with_name(path.name + ".lock"), timeout=_LOCK_TIMEOUT_S)
    try:
        lock.acquire()
    except (Timeout, OSError) as error:
        # Without the lock, work is at worst done twice: the move into place is atomic either way.
        log.warning("no lock for %s (%s); going on without it", path.name, error)
        yield
        return
    try:
        yield
    finally:
        lock.release()


def _write_atomically(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(prefix=path.name + ".", suffix=".tmp", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    Path(name).replace(path)
