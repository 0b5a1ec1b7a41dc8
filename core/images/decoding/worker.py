"""The process that decodes files which could take long: ``python -m core.images.decoding.worker``.

It reads requests from standard input and answers on standard output, one file at a time: it receives a file,
reports the memory that decoding will need, waits until that is granted, decodes, and sends the pixels. It
exits when its input ends, and after a minute without a file.
"""

import os
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from ...errors import ImageError
from ..formats.jpeg import MAX_SCANS, read_scans
from .budget import DECODE_BYTES
from .decode import decode_opened, examine, plain_errors
from .frames import Request, plan_frames, read_planned
from .process import CPU_SECONDS, receive, send

_IDLE_S = 60.0


def main() -> None:
    """Serve until the input ends."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not be mixed into the answers
    _limit_memory()
    with suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while _comes(requests):
            request, data = receive(requests)
            _limit_time()
            _serve(request, data, requests, answers)


def _serve(request: dict[str, Any], data: bytes, requests: IO[bytes], answers: IO[bytes]) -> None:
    what, format_name = request.pop("what"), request.pop("format")
    try:
        with plain_errors(data, format_name):
            work = _WORK[what](data, format_name, **request)
            send(answers, {"memory": next(work) + 2 * len(data)})  # the file is in memory twice
            receive(requests)
            facts, pixels = next(work)
    except ImageError as error:
        send(answers, {"error": str(error)})
    else:
        send(answers, facts, pixels)


_Work = Iterator[Any]
"""Yields the bytes that decoding takes; then, once it may begin, facts and pixels."""


def _picture(data: bytes, format_name: str, min_side: int | None, hashed: bool) -> _Work:
    scans = read_scans(data, MAX_SCANS) if format_name == "JPEG" else None
    opened, cost = examine(data, format_name, scans, min_side)
    # Pixels in full size go from one process to the other.
    yield cost.memory + (10 * opened.size[0] * opened.size[1] if min_side is None else 0)
    loaded = decode_opened(opened, data, format_name, min_side, hashed)
    del opened
    facts = {
        "width": loaded.width,
        "height": loaded.height,
        "size": loaded.image.size,
        "taken_at": loaded.taken_at.isoformat() if loaded.taken_at else None,
        "pixel_hash": loaded.pixel_hash,
        "stored_hash": loaded.stored_hash,
    }
    yield facts, loaded.image.tobytes()


def _frames(data: bytes, format_name: str, most: int | None, side: int) -> _Work:
    request = Request(most, side)
    opened, plan = plan_frames(data, format_name, request)
    yield plan.memory
    frames = read_planned(opened, plan, request)
    facts = {
        "count": frames.count,
        "digest": frames.digest,
        "sizes": [grey.size for grey in frames.greys],
    }
    yield facts, b"".join(grey.tobytes() for grey in frames.greys)


_WORK: dict[str, Callable[..., _Work]] = {"picture": _picture, "frames": _frames}


def _comes(requests: IO[bytes]) -> bool:
    """Whether a request arrives within a minute."""
    if os.name != "posix":
        return True
    return bool(select.select([requests], [], [], _IDLE_S)[0])


def _limit_memory() -> None:
    """Limit memory to what is in use now plus the budget: a wrong header must not exhaust the machine."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + DECODE_BYTES + DECODE_BYTES // 4
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _limit_time() -> None:
    """Limit CPU time to `CPU_SECONDS` from now on; after that the system kills this process."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        usage = resource.getrusage(resource.RUSAGE_SELF)
        used = int(usage.ru_utime + usage.ru_stime) + 1
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (used + CPU_SECONDS, hard))


if __name__ == "__main__":
    main()
