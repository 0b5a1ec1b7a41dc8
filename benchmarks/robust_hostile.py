"""Adding hostile picture files: what it takes of memory and time, and whether good files still come in."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

from benchmarks.common import Figure

ROOT = Path(__file__).parents[1]


def add_hostile(count: int) -> tuple[dict[str, Figure], list[tuple[str, str]]]:
    """Add `count` hostile files and ten good ones in a process of its own.

    The resident memory is that of the process and of all that it starts, added up ten times a second.
    """
    with tempfile.TemporaryDirectory(prefix="lookalike-hostile-") as scratch:
        child = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.robust_hostile", scratch, str(count)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        largest = [0]
        watcher = threading.Thread(target=_watch, args=(child, largest), daemon=True)
        watcher.start()
        out, err = child.communicate()
        watcher.join()
    figures: dict[str, Figure] = {"hostile_files": count, "hostile_resident_gb": largest[0] / 1e9}
    if child.returncode:
        return figures, [("unusable", f"adding ended with {child.returncode}: {err[-300:]}")]
    slowest, added, skipped, seconds = out.split()
    figures |= {
        "hostile_slowest_s": float(slowest),
        "hostile_seconds": float(seconds),
        "hostile_added": int(added),
        "hostile_skipped": int(skipped),
    }
    findings = [("tracebacks", err[-300:])] if "Traceback" in err else []
    return figures, findings


def _watch(child: subprocess.Popen[str], largest: list[int]) -> None:
    while child.poll() is None:
        largest[0] = max(largest[0], sum(_resident(pid) for pid in _family(child.pid)))
        time.sleep(0.1)


def _family(pid: int) -> list[int]:
    """The process and all that it and its threads have started."""
    found = [pid]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            with suppress(OSError):
                found += [int(child) for child in children.read_text(encoding="ascii").split()]
    return found


def _resident(pid: int) -> int:
    """Bytes of memory that are this process's own; pages shared with its parent count once, there."""
    try:
        fields = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return (int(fields[1]) - int(fields[2])) * resource.getpagesize()


def main() -> None:
    """Add the files, and print the slowest one's seconds, how many came in, were skipped, and all seconds.

    The slowest one's seconds are without those that it waited for the memory which others held.
    """
    from core.collection import Workspace
    from core.collection.ingest import pipeline
    from core.images.decoding import budget
    from tests.support.hostile_files import write_hostile_files
    from tests.support.pictures import jpeg
    from tests.support.tiny import TinyEncoder, register

    scratch, count = Path(sys.argv[1]), int(sys.argv[2])
    write_hostile_files(scratch / "hostile", count)
    for i in range(10):
        (scratch / "hostile" / f"good-{i}.jpg").write_bytes(jpeg(1000 + i))
    register(TinyEncoder())
    slowest, decode, queue = [0.0], pipeline.decode_for, threading.local()
    take = budget.ByteBudget._take

    def wait(*args: object) -> None:
        started = time.monotonic()
        take(*args)  # type: ignore[arg-type]
        queue.seconds = time.monotonic() - started

    def timed(*args: object, **kwargs: object) -> object:
        started, queue.seconds = time.monotonic(), 0.0
        try:
            return decode(*args, **kwargs)  # type: ignore[arg-type]
        finally:
            slowest[0] = max(slowest[0], time.monotonic() - started - queue.seconds)

    budget.ByteBudget._take = wait  # type: ignore[method-assign,assignment]
    pipeline.decode_for = timed  # type: ignore[assignment]
    started = time.monotonic()
    report = Workspace(scratch / "home").create("shop", "tiny").add_folder(scratch / "hostile", labels=None)
    seconds = time.monotonic() - started
    print(f"{slowest[0]:.2f} {report.added} {len(report.skipped)} {seconds:.1f}", flush=True)
    shutil.rmtree(scratch / "hostile", ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    main()
