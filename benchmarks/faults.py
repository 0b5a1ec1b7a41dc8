"""Faults at the n-th call that changes a file: the process is killed, or the disk is full from there on.

A fault is injected into a forked child, so that many can be tried without starting Python for each. What is
counted: opening a file for writing, renaming, deleting, making and removing folders, changing a mode, waiting
for the disk, saving a FAISS index, and committing an SQLite transaction (before and after).
"""

import contextlib
import errno
import io
import json
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Mode = Literal["count", "kill", "full"]

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_GROWING = {"open", "os.mkdir", "fsync", "COMMIT", "faiss"}
_EVENTS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.truncate", "os.link"}


@dataclass
class _Fault:
    mode: Mode
    at: int
    root: str
    calls: int = 0

    def __post_init__(self) -> None:
        self.lock = threading.Lock()

    def step(self, event: str, path: object = None) -> bool:
        """Count a call; kill this process if it is the one, and return whether it must fail."""
        if isinstance(path, str | bytes | os.PathLike):
            text = os.fsdecode(path)
            if Path(text).is_absolute() and not text.startswith(self.root):
                return False
        with self.lock:
            self.calls += 1
            if self.calls < self.at or self.mode == "count":
                return False
            if self.mode == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            return event in _GROWING


def inject(mode: Mode, at: int, root: Path) -> _Fault:
    """Let the `at`-th call below `root` (from 1) go wrong in this process, which cannot be undone."""
    import faiss

    from core.collection.storage import database

    fault = _Fault(mode, at, str(root))

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if not isinstance(path, int) and flags & _WRITING and fault.step("open", path):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), os.fsdecode(path))
        elif event in _EVENTS and fault.step(event, arguments[0]):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    sys.addaudithook(watch)
    fsync, told, write_index = os.fsync, database._told, faiss.write_index

    def failing_fsync(handle: int) -> None:
        if fault.step("fsync"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(handle)

    def failing_told(connection: sqlite3.Connection, work: Callable[..., Any], *args: Any) -> Any:
        commit = bool(args) and args[0] == "COMMIT"
        if commit and fault.step("COMMIT"):
            return told(connection, _full)
        outcome = told(connection, work, *args)
        if commit:
            fault.step("committed")
        return outcome

    def failing_write_index(*args: Any) -> None:
        if fault.step("faiss"):
            raise RuntimeError("Error: 'ret == (size)' failed: write error: No space left on device")
        write_index(*args)

    os.fsync, database._told, faiss.write_index = failing_fsync, failing_told, failing_write_index
    return fault


def _full() -> None:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL  # type: ignore[attr-defined]
    raise error


@dataclass(frozen=True)
class Ended:
    """How a child ended: its exit status (−9 where it was killed) and what it returned, None if nothing."""

    status: int
    outcome: Any


def in_child(work: Callable[[], Any]) -> Ended:
    """Run `work` in a forked child, and return what it returned, by way of JSON."""
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receive)
        status = 1
        try:
            with os.fdopen(send, "w") as out:
                json.dump(work(), out)
            status = 0
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.__stderr__)
        finally:
            os._exit(status)
    os.close(send)
    with os.fdopen(receive) as stream:
        said = stream.read()
    _, status = os.waitpid(child, 0)
    with contextlib.suppress(ValueError):
        return Ended(os.waitstatus_to_exitcode(status), json.loads(said))
    return Ended(os.waitstatus_to_exitcode(status), None)


def command(arguments: list[str]) -> dict[str, Any]:
    """Run a command with ``--json`` in this process: its status, what it printed, and whether that is right.

    `fault` says what is wrong with how it ended: a traceback, or not one JSON object.
    """
    from core import cli

    out, err = io.StringIO(), io.StringIO()
    fault = ""
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = cli.run([*arguments, "--json"])
    except BaseException as error:
        status, fault = 1, f"{type(error).__name__}: {error}"
    try:
        said = json.loads(out.getvalue())
        if status and "went wrong inside" in str(said.get("error")):
            fault = fault or str(said["error"])
    except ValueError:
        said = {}
        fault = fault or f"not one JSON object: {out.getvalue()[:200]!r}"
    if "Traceback" in err.getvalue():
        fault = fault or err.getvalue()[-300:]
    return {"status": status, "said": said, "fault": fault}
