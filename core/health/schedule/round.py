"""One scheduled run: add what is new, check what is stored, look at drift, check the recall.

One at a time per collection. What is found is stored by each check, and the run itself in the health store
under the kind ``schedule``. A run that dies leaves an addition that the next one goes on with.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from ...collection.collection import Collection
from ...collection.safe_names import display_name
from ...disk_errors import explain
from ...errors import BusyError, DriftError, LookalikeError
from ...jobs import Monitor
from ..checks import CHECKS, run_check
from ..findings import Part
from ..remedies import apply_remedy
from ..store import HealthStore
from .types import RunStep, ScheduledRun

KIND = "schedule"
_PARTS: tuple[Part, ...] = ("integrity", "drift", "promises")
_TITLES = {"integrity": "What is stored", "drift": "Drift", "promises": "Promises"}
_LOOK_S = 2.0


def run_once(
    collection: Collection,
    folders: Sequence[Path] = (),
    *,
    apply: bool = False,
    wait_s: float = 600.0,
    monitor: Monitor | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> ScheduledRun:
    """Run every step that there is, and store what came of it; a step that fails does not end the rest.

    Args:
        collection: to look after.
        folders: added first; one that has vanished is reported and left alone.
        apply: whether the index is tuned again where its recall no longer holds.
        wait_s: seconds to wait for another job that is writing; then what needs to write is skipped.
        monitor: receives the progress, and may stop the work.
        sleep: waits for so many seconds.

    Raises:
        BusyError: another scheduled run of the collection is going on.
        Cancelled: the monitor was asked to stop; what was done stays, and the run is not stored.
    """
    watched = monitor or Monitor()
    started, begun = datetime.now(UTC), time.monotonic()
    with _one_at_a_time(collection):
        steps = []
        while collection.unfinished():
            step = _step("Addition that was cut off", lambda: _resume(collection, watched))
            steps.append(step)
            if step.state != "done":
                break
        for folder in folders:
            name = f"Folder {display_name(str(folder))}"
            steps.append(_step(name, lambda f=folder: _add(collection, f, watched, wait_s, sleep)))  # type: ignore[misc]
        for part in _PARTS:
            if part in CHECKS and collection.ids():
                steps.append(_step(_TITLES[part], lambda p=part: _check(collection, p, watched)))  # type: ignore[misc]
        if any(step.name == _TITLES["promises"] and step.state == "attention" for step in steps):
            steps += _repair(collection, apply, watched)
        if not steps:
            steps.append(RunStep("Collection", "skipped", f"“{collection.name}” holds no pictures yet."))
        done = ScheduledRun(tuple(steps), apply, time.monotonic() - begun)
        settings = {"folders": [display_name(str(folder)) for folder in folders], "apply": apply}
        HealthStore(collection.catalogue).add(KIND, settings, done.to_json(), started)
        return done


@contextmanager
def _one_at_a_time(collection: Collection) -> Iterator[None]:
    lock = FileLock(collection.root / "schedule.lock", timeout=0, thread_local=False, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise BusyError(
            f"A scheduled run of “{collection.name}” is going on; this one is left out."
        ) from None
    try:
        yield
    finally:
        lock.release()


def _step(name: str, work: Callable[[], tuple[bool, str]]) -> RunStep:
    """Do one step; `work` returns whether all is well, and a sentence."""
    try:
        well, sentence = work()
    except (BusyError, DriftError) as reason:  # DriftError: too few pictures to compare, or none since
        return RunStep(name, "skipped", str(reason))
    except (LookalikeError, OSError) as error:
        return RunStep(name, "failed", str(explain(error, "A file") or error))
    return RunStep(name, "done" if well else "attention", sentence)


def _resume(collection: Collection, monitor: Monitor) -> tuple[bool, str]:
    report = collection.resume(monitor.subtask())
    monitor.check()
    return True, f"{report.added:,} pictures added."


def _add(
    collection: Collection, folder: Path, monitor: Monitor, wait_s: float, sleep: Callable[[float], None]
) -> tuple[bool, str]:
    """Add what is new in a folder, once another job that writes is done."""
    if not folder.is_dir():
        return False, "The folder is not there; nothing was added, and its pictures stay as they are."
    if next(folder.iterdir(), None) is None:
        # An empty mount point must not put every picture that came from the drive out of sight.
        return False, "The folder is empty, as when its drive is not mounted; nothing was changed."
    left = wait_s
    while True:
        try:
            report = collection.add_folder(folder, monitor=monitor.subtask())
            break
        except BusyError:
            if left <= 0:
                raise
            monitor.say("Waiting for another job that is writing to this collection")
            monitor.check()
            sleep(min(_LOOK_S, left))
            left -= _LOOK_S
    monitor.check()
    said = [f"{report.added:,} new", f"{report.unchanged + report.known:,} there already"]
    said += [f"{report.lost:,} out of sight, for their files are gone"] if report.lost else []
    said += [f"{len(report.skipped):,} could not be read"] if report.skipped else []
    return not report.lost, f"{', '.join(said)}."


def _check(collection: Collection, part: Part, monitor: Monitor) -> tuple[bool, str]:
    report = run_check(collection, part, monitor.subtask())
    serious = [one for one in report.findings() if one.severity != "note"]
    if serious:
        return False, " ".join(one.title for one in serious)
    return True, report.lines()[0].removeprefix("✓ ") if report.lines() else "Nothing was found."


def _repair(collection: Collection, apply: bool, monitor: Monitor) -> list[RunStep]:
    """Tune again where the recall no longer holds; without leave only say so."""
    last = HealthStore(collection.catalogue).latest("promises")
    kinds = [one["kind"] for one in last.result.get("remedies", ())] if last is not None else []
    if "tune" not in kinds:
        return []
    if not apply:
        return [RunStep("Index", "attention", "Its recall no longer holds; --apply would tune it again.")]
    return [_step("Index", lambda: (True, apply_remedy(collection, "tune", monitor.subtask())))]
