"""A process of its own that makes, exports and deletes with a fault at every call that changes a file.

Prints one JSON list of what was found wrong: empty where everything is whole or not there at all.
"""

import contextlib
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.faults import in_child, inject
from core.collection.workspace import Workspace
from core.errors import LookalikeError
from core.output_file import write_file
from tests.support.tiny import TinyEncoder, register


def every_fault(mode, place, prepare, act, check):
    """Let `act` meet a fault at its first call, at its second, and so on until it meets none."""
    at = 0
    while True:
        at += 1
        folder = place / f"{mode}-{at}"
        folder.mkdir(parents=True)
        prepare(folder)
        ended = in_child(lambda n=at, f=folder: guarded(mode, n, f, act))
        for found in in_child(lambda f=folder: check(f)).outcome or ["the check did not end"]:
            if found:
                yield f"{mode} at call {at}: {found}"
        if ended.status == 0 and ended.outcome["calls"] < at:
            return
        if mode == "full" and ended.outcome is None:
            yield f"full at call {at}: the process ended with {ended.status}"


def guarded(mode, at, folder, act):
    fault = inject(mode, at, folder)
    with contextlib.suppress(LookalikeError):
        act(folder)
    return {"calls": fault.calls}


def check_created(folder):
    space = Workspace(folder / "home")
    found = [""]
    for summary in space.list():
        if summary.problem or summary.encoder != "tiny":
            found.append(f"listed as {summary}")
    if not space.list():
        space.create("shop", "tiny")
    space.create("other", "tiny")
    found += [path.name for path in space.path.iterdir() if path.name not in ("shop", "other")]
    return found


def check_deleted(folder):
    space = Workspace(folder / "home")
    found = [f"listed as {summary}" for summary in space.list() if summary.problem]
    if space.list():
        space.delete("shop")
    space.create("other", "tiny")
    return ["", *found, *(path.name for path in space.path.iterdir() if path.name != "other")]


def check_written(folder):
    found = [""]
    if (folder / "out.csv").read_bytes() not in (b"old", b"new" * 50_000):
        found.append("neither the old file nor the new one")
    write_file(folder / "out.csv", "again")
    return found + [path.name for path in folder.iterdir() if path.name != "out.csv"]


def main(place):
    register(TinyEncoder())
    found = []
    for mode in ("kill", "full"):
        found += every_fault(
            mode,
            place / "create",
            lambda f: None,
            lambda f: Workspace(f / "home").create("shop", "tiny"),
            check_created,
        )
        found += every_fault(
            mode,
            place / "delete",
            lambda f: Workspace(f / "home").create("shop", "tiny"),
            lambda f: Workspace(f / "home").delete("shop"),
            check_deleted,
        )
        found += every_fault(
            mode,
            place / "export",
            lambda f: (f / "out.csv").write_bytes(b"old"),
            lambda f: write_file(f / "out.csv", "new" * 50_000),
            check_written,
        )
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
