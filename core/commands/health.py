"""The verb health: what is wrong with a collection, and its repair.

The engine's modules are imported inside: `python -m core --help` need not wait for them.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..collection import Collection, Workspace
from ..errors import LookalikeError
from ..output_file import write_file
from .options import Home, Json, Name
from .printing.output import Watch, monitored, show

if TYPE_CHECKING:
    from ..health import Check, HealthReport, Part

_STOPPED = "Stopped; what was checked before is stored, and what was repaired stays."


def health(
    name: Name,
    only: Annotated[
        str | None,
        typer.Option(
            "--only", metavar="PART", help="One part: integrity, quality, splits, slices, drift or promises."
        ),
    ] = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Repair what the integrity check finds, and check again.")
    ] = False,
    split: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV", help="With --only splits: which pictures ask and are searched (name,role)."
        ),
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option(
            metavar="OUT", help="With --only splits or quality: write every pair or picture as CSV."
        ),
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option(
            help="With --only drift, what to compare with: “before” (all that was there before the batch), "
            "the numbers of additions such as 1,2, folder:NAME, or days such as 2026-10-01..2026-10-31."
        ),
    ] = None,
    batch: Annotated[
        str | None,
        typer.Option(help="With --only drift, what to look at: “newest”, or written as --reference is."),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="With --only drift: of everything drawn.", min=0)] = None,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Check a collection: what is stored, the pictures' quality, splits, weak labels, and drift."""
    from ..health import latest_score
    from ..health.checks import CHECKS

    if only is not None and only not in CHECKS:
        raise typer.BadParameter(f"There is no part “{only}”; choose from {', '.join(CHECKS)}.")
    if repair and only not in (None, "integrity"):
        raise typer.BadParameter("--repair goes with --only integrity, or with all parts.")
    if split is not None and only != "splits":
        raise typer.BadParameter("--split goes with --only splits.")
    if csv is not None and only not in ("splits", "quality"):
        raise typer.BadParameter("--csv goes with --only splits or --only quality.")
    drift = {"reference": reference, "batch": batch, "seed": seed}
    drift = {key: value for key, value in drift.items() if value is not None}
    if drift and only != "drift":
        raise typer.BadParameter("--reference, --batch and --seed go with --only drift.")
    checks = _checks(split, drift)
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
                    report = _check(collection, part, checks[part], watch)
                except LookalikeError as error:
                    if only is not None:
                        raise
                    payload[part] = {"error": str(error)}
                    lines += ["", part.capitalize(), f"  {error}"]
                    continue
                payload[part] = report.to_json()
                lines += ["", part.capitalize(), *(f"  {line}" for line in report.lines())]
                if csv is not None:
                    write_file(csv, report.to_csv(collection))  # type: ignore[attr-defined]
                    payload["csv"] = csv
                    lines.append(f"Written to {csv}.")
    score = latest_score(collection)
    payload["score"] = score.to_json()
    show(payload, [*score.lines(), *lines], as_json)


def _checks(split: Path | None, drift: Mapping[str, Any]) -> "dict[Part, Check]":
    """The parts, with the settings that were given."""
    from ..health.checks import CHECKS

    checks = dict(CHECKS)
    if split is not None:
        from ..evaluation import split_from_csv
        from ..health import find_leaky_splits

        declared = split_from_csv(split)
        checks["splits"] = lambda collection, monitor: find_leaky_splits(collection, declared, monitor)
    if drift:
        from ..health import check_drift

        checks["drift"] = lambda collection, monitor: check_drift(collection, monitor=monitor, **drift)
    return checks


def _check(collection: Collection, part: "Part", check: "Check", watch: Watch) -> "HealthReport":
    from ..health import run_check

    return watch(lambda monitor: run_check(collection, part, monitor, check))


def _repair(collection: Collection, watch: Watch) -> dict[str, str]:
    """Check, and run the repair of every check that found something; what each did."""
    from ..health import check_integrity, repair_integrity

    found = watch(lambda monitor: check_integrity(collection, monitor))
    names = [check.name for check in found.checks if check.bad and check.repairable]
    return dict(watch(lambda monitor: repair_integrity(collection, names, monitor))) if names else {}
