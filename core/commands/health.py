"""The verb health: what is wrong with a collection, and its repair.

The engine's modules are imported inside: `python -m core --help` need not wait for them.
"""

from typing import Annotated, Any

import typer

from core.collection.collection import Collection
from core.collection.workspace import Workspace
from core.commands.options import Home, Json, Name
from core.commands.output import Watch, monitored, show
from core.errors import LookalikeError

_STOPPED = "Stopped; what was checked before is stored, and what was repaired stays."


def health(
    name: Name,
    only: Annotated[
        str | None,
        typer.Option("--only", metavar="PART", help="One part: integrity, quality, splits, slices or drift."),
    ] = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Repair what the integrity check finds, and check again.")
    ] = False,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Check a collection: what is stored, the pictures' quality, splits, weak labels, and drift."""
    from core.health.checks import CHECKS, run_check
    from core.health.score import latest_score

    if only is not None and only not in CHECKS:
        raise typer.BadParameter(f"There is no part “{only}”; choose from {', '.join(CHECKS)}.")
    if repair and only not in (None, "integrity"):
        raise typer.BadParameter("--repair goes with --only integrity, or with all parts.")
    collection = Workspace(workspace).open(name)
    payload: dict[str, Any] = {"collection": name}
    lines: list[str] = []
    with monitored(as_json, _STOPPED) as watch:
        if repair:
            payload["repaired"] = _repair(collection, watch)
            lines += [f"{check}: {done}" for check, done in payload["repaired"].items()]
        for part in CHECKS:
            if only in (None, part):
                try:
                    report = watch(lambda monitor, part=part: run_check(collection, part, monitor))  # type: ignore[misc]
                except LookalikeError as error:
                    if only is not None:
                        raise
                    payload[part] = {"error": str(error)}
                    lines += ["", part.capitalize(), f"  {error}"]
                    continue
                payload[part] = report.to_json()
                lines += ["", part.capitalize(), *(f"  {line}" for line in report.lines())]
    score = latest_score(collection)
    payload["score"] = score.to_json()
    show(payload, [*score.lines(), *lines], as_json)


def _repair(collection: Collection, watch: Watch) -> dict[str, str]:
    """Check, and run the repair of every check that found something; what each did."""
    from core.health.integrity.check import check_integrity, repair_integrity

    found = watch(lambda monitor: check_integrity(collection, monitor))
    names = [check.name for check in found.checks if check.bad and check.repairable]
    return dict(watch(lambda monitor: repair_integrity(collection, names, monitor))) if names else {}
