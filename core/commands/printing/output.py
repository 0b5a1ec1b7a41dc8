"""Output of the command line: text tables or one JSON object, progress on stderr."""

import json
import shlex
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ...collection import AddReport, Picture
from ...jobs import Monitor

if TYPE_CHECKING:
    from ...dedup import AlreadyHere

T = TypeVar("T")
STOPPED = "Stopped; what was committed is safe. Run the same command again to go on."


def show(payload: dict[str, Any], lines: list[str], as_json: bool) -> None:
    """Print `payload` as JSON, or `lines` as text."""
    if as_json:
        _show_object(payload)
    else:
        print("\n".join(lines))


def show_error(message: str, as_json: bool) -> None:
    """Print an error as text, and as the one JSON object unless that was printed already."""
    if as_json and not _shown:
        _show_object({"error": message})
    print(message, file=sys.stderr)


_shown: list[bool] = []
"""Not empty once the command has printed its JSON object."""


def begin() -> None:
    """A command begins, which has printed nothing yet."""
    _shown.clear()


def _show_object(payload: dict[str, Any]) -> None:
    print(json.dumps(payload, default=_plain, ensure_ascii=False), flush=True)
    _shown.append(True)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def show_report(
    name: str, reports: list[AddReport], as_json: bool, alike: "Sequence[AlreadyHere]" = ()
) -> None:
    """Print what came of adding pictures, all additions of one command taken together.

    `alike` are the new pictures that are near-duplicates of others.
    """
    added = sum(r.added for r in reports)
    known = sum(r.known for r in reports)
    unchanged = sum(r.unchanged for r in reports)
    skipped = [skip for r in reports for skip in r.skipped]
    seconds = sum(r.seconds for r in reports)
    lines = [f"skipped {skip.name}: {skip.reason}" for skip in skipped]
    lines.append(
        f"“{name}”: {added:,} added, {known:,} already there, {unchanged:,} unchanged, "
        f"{len(skipped):,} skipped, in {seconds:.1f} s "
        f"({added / seconds if seconds else 0:.0f} pictures a second)"
    )
    rewritten, returned, lost = (
        sum(getattr(r, what) for r in reports) for what in ("rewritten", "returned", "lost")
    )
    if rewritten:
        lines.append(f"{_files(rewritten)} with other metadata and the same pixels: still the same pictures.")
    if returned:
        lines.append(f"{returned:,} back: their files are there again, with their labels and verdicts.")
    if lost:
        lines.append(
            f"{lost:,} out of sight: their files are gone or hold another picture now. Their labels and "
            "verdicts are kept, and they come back with the files; list them: "
            f"python -m core lost {shlex.quote(name)}"
        )
    lines += [
        f"{one.new.name} looks like {one.existing.name}{', added with it' if one.together else ''} "
        f"({one.pair.probability:.1%} sure, {one.pair.kind})"
        for one in alike
    ]
    near = [
        {
            "new": one.new,
            "existing": one.existing,
            "added_together": one.together,
            "probability": one.pair.probability,
            "kind": one.pair.kind,
        }
        for one in alike
    ]
    counts = {
        "added": added,
        "known": known,
        "unchanged": unchanged,
        "rewritten": rewritten,
        "returned": returned,
        "lost": lost,
        "skipped": skipped,
    }
    show({"collection": name, **counts, "near_duplicates": near, "seconds": seconds}, lines, as_json)


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number:,} files"


class Watch(Protocol):
    """Runs work that reports to a monitor, and returns what it returns."""

    def __call__(self, work: Callable[[Monitor], T]) -> T:
        """Run `work` while its progress is shown."""


@contextmanager
def monitored(quiet: bool, stopped: str = STOPPED) -> Iterator[Watch]:
    """Show a progress bar on standard error, if it is a terminal, while the work runs.

    `stopped` is printed on Ctrl+C.
    """
    console = Console(stderr=True, quiet=quiet or not sys.stderr.isatty())
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TextColumn("{task.fields[rate]}"), TimeRemainingColumn(), console=console) as bar:

        def watch(work: Callable[[Monitor], T]) -> T:
            monitor, ended = Monitor(), threading.Event()
            task = bar.add_task("", rate="", total=None)

            def show() -> None:
                while not ended.wait(0.2):
                    now = monitor.snapshot()
                    bar.update(
                        task,
                        description=now.note,
                        completed=now.done,
                        total=now.total,
                        rate=f"{now.rate:.0f}/s",
                    )

            painter = threading.Thread(target=show, daemon=True)
            painter.start()
            try:
                with monitor.in_charge():
                    return work(monitor)
            except KeyboardInterrupt:
                print(stopped, file=sys.stderr)
                raise
            finally:
                ended.set()
                painter.join()

        yield watch


def line(picture: Picture) -> str:
    """One picture on one line."""
    about = f"  [{picture.label}]" if picture.label else ""
    star = "★ " if picture.favourite else ""
    return f"{picture.id:>7}  {star}{picture.name}{about}"
