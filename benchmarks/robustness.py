"""Nothing lost, nothing unusable, no traceback, nothing left behind: whatever goes wrong, and wherever.

- Every command that writes is killed at calls that change a file (see `benchmarks.faults`), and again with
  a disk that is full from there on. The collection is then opened again: every picture, vector, label and
  verdict has to be there, the command has to work when it is run again, and no unfinished file may stay.
- Every file of a collection is damaged in turn (a flipped bit, cut in half, empty, missing), and every
  command is run over it: each has to work or to end in a sentence, and what can be made again to come back.
- Hostile files are added within a budget of memory and time.
- Twenty users search while pictures are added (`benchmarks.search_load`).
"""

import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.common import Figure, parser, report  # noqa: E402
from benchmarks.faults import command, in_child, inject  # noqa: E402
from benchmarks.robust_collection import (  # noqa: E402
    COMMANDS,
    QUICK_COMMANDS,
    Writer,
    check,
    check_damaged,
    files_of,
    make_template,
    writers,
)
from benchmarks.robust_hostile import add_hostile  # noqa: E402

TARGETS: dict[str, Figure] = {"lost": 0, "unusable": 0, "tracebacks": 0, "leftovers": 0}
_KINDS = ("flip", "cut", "empty", "missing")


class Tally:
    """What was found, by kind; every finding is told on standard error as well."""

    def __init__(self) -> None:
        self.found: Counter[str] = Counter()

    def add(self, where: str, findings: list[tuple[str, str]]) -> None:
        """Note findings: pairs of a kind (such as ``"lost"``) and what was seen."""
        for kind, what in findings:
            self.found[kind] += 1
            print(f"{kind:10} {where}: {what}"[:600], file=sys.stderr, flush=True)


def main() -> int:
    """Try everything, and print how much of it went wrong."""
    options = parser(__doc__)
    options.add_argument("--only", help="one part: kill, full, damage, hostile or users")
    options.add_argument("--each", type=int, default=7, help="faults of each kind for each writer")
    args = options.parse_args()
    tally, figures = Tally(), dict[str, Figure]()
    targets = dict(TARGETS)
    parts = [args.only] if args.only else ["kill", "full", "damage", "hostile", "users"]
    if {"kill", "full", "damage"} & set(parts):
        with tempfile.TemporaryDirectory(prefix="lookalike-robust-") as name:
            scratch = Path(name).resolve()
            template = make_template(scratch / "template")
            for mode in ("kill", "full"):
                if mode in parts:
                    figures |= _faults(template, scratch, mode, args.quick, args.each, tally)
            if "damage" in parts:
                figures |= _damage(template, scratch, args.quick, tally)
    if "hostile" in parts:
        figures |= _hostile(args.quick, tally, targets)
    if "users" in parts and not args.quick:
        figures |= _users(targets)
    figures |= {kind: tally.found[kind] for kind in TARGETS}
    holds = all(_holds(figures, name, bound) for name, bound in targets.items())
    return report("robustness", figures, targets, holds, args.json)


def _holds(figures: dict[str, Figure], name: str, bound: Figure) -> bool:
    value = figures.get(name, 0)
    return isinstance(value, int | float) and isinstance(bound, int | float) and value <= bound


def _faults(
    template: Path, scratch: Path, mode: Any, quick: bool, each: int, tally: Tally
) -> dict[str, Figure]:
    """Let every writer meet a fault at `each` calls, spread over all that it makes."""
    rng = random.Random(11)  # noqa: S311
    tried = reached = 0
    started = time.monotonic()
    every = rng.sample(writers(), 2) if quick else writers()
    for writer in every:
        place = _copy(template, scratch)
        calls = in_child(lambda p=place, w=writer: _run(w, p, "count", 0)).outcome
        if calls is None or calls["fault"]:
            tally.add(f"{writer.name} undisturbed", [("tracebacks", str(calls))])
            continue
        count = calls["calls"]
        for at in sorted(rng.sample(range(1, count + 1), 1 if quick else min(each, count))):
            place = _copy(template, scratch)
            ended = in_child(lambda p=place, w=writer, n=at: _run(w, p, mode, n))
            tried += 1
            reached += ended.status == -9 or mode == "full"
            where = f"{writer.name}, {mode} at call {at} of {count}"
            if mode == "full":
                if ended.outcome is None:
                    tally.add(where, [("tracebacks", f"the process ended with {ended.status}")])
                elif ended.outcome["fault"]:
                    tally.add(where, [("tracebacks", ended.outcome["fault"])])
            checked = in_child(lambda p=place, w=writer: check(p, w))
            findings = [("unusable", f"the check ended with {checked.status}")]
            tally.add(where, findings if checked.outcome is None else checked.outcome)
        print(f"{writer.name}: {tried} tried ({mode})", file=sys.stderr, flush=True)
    return {
        f"{mode}_writers": len(every),
        f"{mode}_tried": tried,
        f"{mode}_reached": reached,
        f"{mode}_seconds": round(time.monotonic() - started, 1),
    }


def _run(writer: Writer, place: Path, mode: Any, at: int) -> dict[str, Any]:
    fault = inject(mode, at, place)
    ended = command(writer.arguments(place))
    return {**ended, "calls": fault.calls}


def _damage(template: Path, scratch: Path, quick: bool, tally: Tally) -> dict[str, Figure]:
    """Damage every file of a collection in turn, in each way, and run every command over it."""
    rng = random.Random(12)  # noqa: S311
    tried = 0
    started = time.monotonic()
    files = rng.sample(files_of(template), 1) if quick else files_of(template)
    for file in files:
        ways = [kind for kind in _KINDS for _ in range(_times(kind, file, quick))]
        for number, kind in enumerate([rng.choice(ways)] if quick else ways):
            place = _copy(template, scratch)
            told = _hurt(place / file, kind, rng)
            commands = QUICK_COMMANDS if quick or (kind == "flip" and number) else COMMANDS
            tried += 1
            ended = in_child(lambda p=place, f=file, c=commands: check_damaged(p, f, c))
            findings = [("unusable", f"the check ended with {ended.status}")]
            tally.add(f"{file}, {told}", findings if ended.outcome is None else ended.outcome)
        print(f"{file}: {tried} tried", file=sys.stderr, flush=True)
    return {
        "damaged_files": len(files),
        "damage_tried": tried,
        "damage_seconds": round(time.monotonic() - started, 1),
    }


def _times(kind: str, file: Path, quick: bool) -> int:
    if kind != "flip" or quick:
        return 1
    return 30 if file.name == "catalogue.sqlite" else 3


def _hurt(path: Path, kind: str, rng: random.Random) -> str:
    data = bytearray(path.read_bytes())
    if kind == "missing":
        path.unlink()
    elif kind == "empty" or not data:
        path.write_bytes(b"")
    elif kind == "cut":
        path.write_bytes(data[: len(data) // 2])
    else:
        at, bit = rng.randrange(len(data)), rng.randrange(8)
        data[at] ^= 1 << bit
        path.write_bytes(data)
        return f"flip of bit {bit} of byte {at}"
    return kind


def _hostile(quick: bool, tally: Tally, targets: dict[str, Figure]) -> dict[str, Figure]:
    targets |= {"hostile_resident_gb": 1.5, "hostile_slowest_s": 10.0}
    figures, findings = add_hostile(10 if quick else 500)
    tally.add("hostile files", findings)
    return figures


def _users(targets: dict[str, Figure]) -> dict[str, Figure]:
    from benchmarks import search_load

    targets |= {f"users_{name}": bound for name, bound in search_load.TARGETS.items()}
    pictures = search_load._originals(ROOT.parent / "shared/data/clothing", 3000)
    measured = search_load.measure(pictures, seconds=30.0)
    return {f"users_{name}": value for name, value in measured.items()}


def _copy(template: Path, scratch: Path) -> Path:
    place = scratch / "place"
    shutil.rmtree(place, ignore_errors=True)
    return shutil.copytree(template, place, symlinks=True)


if __name__ == "__main__":
    sys.exit(main())
