"""Decoding in a separate process, which can be killed: for files whose parser could run away.

The processes are started for the first such file, are reused, and exit when idle for a while. Messages are
JSON and bytes, see `core.images.decoding.worker`.
"""

import atexit
import json
import os
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ...errors import ImageError
from ...jobs import Cancelled
from .budget import DECODERS

CPU_SECONDS = 8
"""CPU time in seconds that decoding one file may take."""

SECONDS = 60.0 if os.name == "posix" else float(CPU_SECONDS)
"""Wall-clock limit in seconds, the only one on systems that do not limit CPU time."""

_LOOK_S = 0.05
_LENGTHS = struct.Struct("<LQ")
_ROOT = Path(__file__).resolve().parents[2]
_TOO_LONG = "Decoding was stopped after {:.0f} seconds of {}: no usual picture takes as long."
_TOO_MUCH_WORK = _TOO_LONG.format(CPU_SECONDS, "work")
_TOO_LATE = _TOO_LONG.format(SECONDS, "waiting for it")
_ENDED = "The picture cannot be decoded: its decoder broke down over it."


@dataclass(frozen=True)
class Answer:
    """The result of decoding a file: facts as JSON, and rows of RGB pixels."""

    facts: dict[str, Any]
    pixels: bytes


def send(pipe: IO[bytes], message: dict[str, Any], payload: bytes | memoryview = b"") -> None:
    """Write one message: the lengths of both parts, JSON, bytes."""
    head = json.dumps(message).encode()
    pipe.write(_LENGTHS.pack(len(head), len(payload)))
    pipe.write(head)
    pipe.write(payload)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """Read one message.

    Raises:
        EOFError: the other side has closed the pipe.
    """
    head_length, length = _LENGTHS.unpack(_exactly(pipe, _LENGTHS.size))
    return json.loads(_exactly(pipe, head_length)), _exactly(pipe, length)


def _exactly(pipe: IO[bytes], count: int) -> bytes:
    data = pipe.read(count)
    if len(data) < count:
        raise EOFError
    return data


def decode_apart(data: bytes, request: dict[str, Any], stop: Callable[[], bool]) -> Answer:
    """Decode a file in a separate process; gives up when `stop` returns true.

    Raises:
        ImageError: it cannot be decoded, or not within `SECONDS`.
        Cancelled: `stop` returned true.
    """
    while True:
        worker = _WORKERS.take(stop)
        try:
            return worker.decode(data, request, stop)
        except _IdledOutError:  # just as the file arrived
            continue
        finally:
            _WORKERS.give_back(worker)


class _IdledOutError(Exception):
    """The process had exited because it was idle."""


class _Worker:
    """One decoding process; it handles one file at a time."""

    def __init__(self) -> None:
        paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        quiet = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENCV_LOG_LEVEL": "SILENT"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "core.images.decoding.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # libraries write hundreds of lines about odd files there
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), **quiet},
        )
        self._reason: type[Cancelled] | str | None = None

    @property
    def alive(self) -> bool:
        return self._reason is None and self._process.poll() is None

    def end(self) -> None:
        self._process.kill()
        with suppress(OSError):
            self._pipe(self._process.stdin).close()
        self._pipe(self._process.stdout).close()
        self._process.wait()

    def decode(self, data: bytes, request: dict[str, Any], stop: Callable[[], bool]) -> Answer:
        try:
            with self._watched(stop):
                send(self._pipe(self._process.stdin), request, data)
                message, _ = receive(self._pipe(self._process.stdout))
            if "error" in message:
                raise ImageError(message["error"])
            with DECODERS.reserve(message["memory"], stop), self._watched(stop):
                send(self._pipe(self._process.stdin), {"go": True})
                message, pixels = receive(self._pipe(self._process.stdout))
        except (OSError, EOFError, ValueError) as error:
            return self._explain(error)
        except ImageError:
            raise
        except BaseException:  # cancelled while waiting, or Ctrl+C: the process would wait forever
            self.end()
            raise
        if "error" in message:
            raise ImageError(message["error"])
        return Answer(message, pixels)

    def _explain(self, error: Exception) -> Answer:
        """Raise the reason for which the process ended."""
        self.end()
        if self._reason is Cancelled:
            raise Cancelled from error
        if isinstance(self._reason, str):
            raise ImageError(self._reason) from error
        if self._process.returncode == 0:
            raise _IdledOutError from error
        out_of_time = self._process.returncode == -_SIGXCPU if _SIGXCPU else False
        raise ImageError(_TOO_MUCH_WORK if out_of_time else _ENDED) from error

    def _watched(self, stop: Callable[[], bool]) -> "_Watch":
        return _Watch(self, stop)

    def stop_for(self, reason: "type[Cancelled] | str") -> None:
        self._reason = reason
        self._process.kill()

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        assert pipe is not None  # noqa: S101 - asked for when the process was started
        return pipe


class _Watch:
    """Kills the process when its time is up, or when the answer is no longer needed."""

    def __init__(self, worker: _Worker, stop: Callable[[], bool]) -> None:
        self._worker, self._stop = worker, stop
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, name="lookalike-decode-watch", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        end = time.monotonic() + SECONDS
        while not self._done.wait(_LOOK_S):
            if self._stop():
                self._worker.stop_for(Cancelled)
            elif time.monotonic() > end:
                self._worker.stop_for(_TOO_LATE)
            else:
                continue
            return


class _Workers:
    """The pool of decoding processes: at most one per core, started on demand."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._idle: list[_Worker] = []
        self._count = 0
        self._changed = threading.Condition()

    def take(self, stop: Callable[[], bool]) -> _Worker:
        with self._changed:
            while not self._idle and self._count >= self._most:
                self._changed.wait(_LOOK_S)
                if stop():
                    raise Cancelled
            while self._idle:
                worker = self._idle.pop()
                if worker.alive:
                    return worker
                worker.end()
                self._count -= 1
            self._count += 1
        try:
            return _Worker()
        except OSError as error:
            with self._changed:
                self._count -= 1
            raise ImageError("The picture cannot be decoded: no process could be started for it.") from error

    def give_back(self, worker: _Worker) -> None:
        with self._changed:
            if worker.alive:
                self._idle.append(worker)
            else:
                self._count -= 1
            self._changed.notify()

    def end(self) -> None:
        with self._changed:
            while self._idle:
                self._idle.pop().end()
                self._count -= 1


_SIGXCPU = 24 if os.name == "posix" else 0
_WORKERS = _Workers(max(1, min(4, os.cpu_count() or 1)))
atexit.register(_WORKERS.end)
