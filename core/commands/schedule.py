"""The verb schedule: look after a collection regularly, by the system's scheduler or by a loop.

The engine's modules are imported inside: `python -m core --help` need not wait for them.
"""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..collection import Collection, Workspace
from ..errors import LookalikeError
from ..jobs import Monitor
from .options import Home, Json, Name
from .printing.output import monitored, show

if TYPE_CHECKING:
    from ..health import ScheduledRun

_STOPPED = "Stopped; what was done stays, and the next run goes on."
_ROOT = Path(__file__).parents[2]


class EveryName(StrEnum):
    """How often."""

    hour = "hour"
    day = "day"
    week = "week"
    month = "month"


def schedule(
    name: Name,
    every: Annotated[EveryName, typer.Option(help="How often it runs.")] = EveryName.day,
    watch: Annotated[
        list[Path] | None,
        typer.Option("--watch", metavar="FOLDER", help="Add what is new in it first; may be repeated."),
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Tune the index again where its recall no longer holds.")
    ] = False,
    once: Annotated[bool, typer.Option("--once", help="Run now, once: what the printed lines call.")] = False,
    loop: Annotated[bool, typer.Option("--loop", help="Run now and go on, without any scheduler.")] = False,
    log: Annotated[bool, typer.Option("--log", help="List the runs so far.")] = False,
    wait: Annotated[
        float, typer.Option(min=0, metavar="SECONDS", help="How long to wait for another job that writes.")
    ] = 600.0,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Print a crontab line and a systemd timer that look after a collection; or run it, once or in a loop."""
    if once + loop + log > 1:
        raise typer.BadParameter("Give one of --once, --loop and --log.")
    home = Workspace(workspace)
    collection = home.open(name)
    folders = [Path(os.path.abspath(folder.expanduser())) for folder in watch or ()]  # noqa: PTH100 - links stay
    if log:
        _show_log(collection, as_json)
    elif once:
        with monitored(as_json, _STOPPED) as watched:
            found = watched(lambda monitor: _run(collection, folders, apply, wait, monitor))
        show({"collection": name, **found.to_json()}, found.lines(), as_json)
    elif loop:
        _loop(collection, folders, every, apply, wait, as_json)
    else:
        _print(name, home, folders, every, apply, as_json)


def _run(
    collection: Collection, folders: list[Path], apply: bool, wait: float, monitor: Monitor
) -> "ScheduledRun":
    from ..health import run_once

    return run_once(collection, folders, apply=apply, wait_s=wait, monitor=monitor)


def _loop(
    collection: Collection, folders: list[Path], every: EveryName, apply: bool, wait: float, as_json: bool
) -> None:
    from ..health import latest_run, run_loop
    from ..health.schedule.round import KIND

    def say(sentence: str) -> None:
        print(sentence, file=sys.stderr, flush=True)

    def work() -> None:
        try:
            with monitored(as_json, _STOPPED) as watched:
                found = watched(lambda monitor: _run(collection, folders, apply, wait, monitor))
        except LookalikeError as error:  # busy, or a full disk: the next run may find it otherwise
            say(str(error))
            return
        for line in found.lines():
            say(line)

    last = latest_run(collection, KIND)
    run_loop(work, every.value, None if last is None else last.started, say=say)


def _show_log(collection: Collection, as_json: bool) -> None:
    from ..health.schedule.round import KIND
    from ..health.stored_checks import runs as stored_runs

    runs = stored_runs(collection, KIND)
    lines = []
    for run in runs:
        lines.append(f"{run.started:%Y-%m-%d %H:%M} UTC")
        lines += [f"  {step['name']}: {step['sentence']}" for step in run.result.get("steps", ())]
    payload = [{"id": run.id, "started": run.started, "finished": run.finished, **run.result} for run in runs]
    show({"collection": collection.name, "runs": payload}, lines or ["No run yet."], as_json)


def _print(
    name: str, home: Workspace, folders: list[Path], every: EveryName, apply: bool, as_json: bool
) -> None:
    from ..health import crontab_line, systemd_units

    command = [sys.executable, "-m", "core", "schedule", name, "--once", "--workspace", str(home.path)]
    for folder in folders:
        command += ["--watch", str(folder)]
    command += ["--apply"] if apply else []
    line = crontab_line(command, str(_ROOT), every.value)
    units = systemd_units(command, str(_ROOT), every.value, name)
    payload = {
        "collection": name,
        "every": every.value,
        "command": command,
        "crontab": line,
        "systemd": {f"{units.name}.service": units.service, f"{units.name}.timer": units.timer},
    }
    lines = [
        "# For cron: add this line with  crontab -e",
        line,
        "",
        "# For systemd: write these two files to ~/.config/systemd/user, then",
        f"#   systemctl --user daemon-reload && systemctl --user enable --now {units.name}.timer",
        f"# --- {units.name}.service",
        units.service,
        f"# --- {units.name}.timer",
        units.timer,
        f"# Without either: python -m core schedule {name} --every {every.value} --loop",
    ]
    show(payload, lines, as_json)
