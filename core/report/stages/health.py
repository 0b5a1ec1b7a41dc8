"""Whether the collection is sound: the checks of `core.health`, one section each."""

from collections.abc import Callable

from ...errors import LookalikeError
from ...health.checks import CHECKS, run_check
from ...health.findings import Finding, HealthReport, Part
from ...health.leaky_splits import LeakReport, find_leaky_splits
from ...health.quality.kinds import KINDS
from ...health.quality.scan import QualityReport
from ..stage import MissingInputError, Stage, Task
from ..text import count, share
from ..types import Figure, Section, Step, Strip, Table, Tile
from .duplicates import how_compared

TITLES: dict[Part, str] = {
    "integrity": "Is what is stored still whole",
    "quality": "Quality of the pictures",
    "splits": "Copies in both training and test",
    "slices": "What is searched worst",
    "promises": "Do earlier promises still hold",
    "drift": "Do new pictures look like the old ones",
}
_RANKS = {"problem": 0, "warning": 2, "note": 6}
_ROWS = 12
_LINES = 6
_TILES = 8
_PAIRS = 6


def health_stages() -> list[Stage]:
    """One stage per check, in the order of `TITLES`; a check that this program lacks says so."""
    return [Stage(part, title, _work(part, title), reusable=False) for part, title in TITLES.items()]


def _work(part: Part, title: str) -> Callable[[Task], Section]:
    def work(task: Task) -> Section:
        if part not in CHECKS:
            raise MissingInputError("This version of the program has no such check.")
        if not task.collection.ids():
            raise MissingInputError("There are no pictures to check.")
        try:
            report, note = _check(task, part)
        except LookalikeError as error:
            raise MissingInputError(str(error)) from error
        found, lines = report.findings(), [*note, *report.lines()]
        return Section(
            part,
            title,
            found[0].title if found else "Nothing was found that needs attention.",
            tone="warn" if any(one.severity != "note" for one in found) else "good",
            figures=tuple(_figure(one) for one in found),
            tables=(_table(found),) if found else (),
            strips=_strips(report),
            notes=tuple(lines[:_LINES]),
            steps=tuple(Step(one.advice, one.command, _RANKS[one.severity]) for one in found if one.advice),
        )

    return work


def _check(task: Task, part: Part) -> tuple[HealthReport, tuple[str, ...]]:
    """The check as it is stored; splits by the pairs compared so far where a full scan would take minutes."""
    if part == "splits" and how_compared(task) == "closest":
        report = find_leaky_splits(task.collection, monitor=task.monitor.subtask(), compare=False)
        return report, ("By the pairs that this report compared; after a full scan, check the splits again.",)
    return run_check(task.collection, part, task.monitor.subtask()), ()


def _strips(report: HealthReport) -> tuple[Strip, ...]:
    """The pictures that a check is about, the worst first; nothing for checks that are about none."""
    if isinstance(report, QualityReport):
        return tuple(
            Strip(
                f"{kind.title}: {count(len(report.flagged[kind.name]), 'picture')}",
                tuple(Tile(i) for i in report.flagged[kind.name][:_TILES]),
            )
            for kind in KINDS
            if report.flagged.get(kind.name)
        )
    if isinstance(report, LeakReport):
        return tuple(
            Strip(
                f"{leak.part} and {leak.other_part}",
                (Tile(leak.picture, leak.part), Tile(leak.other, leak.other_part, "copy")),
                leak.how,
            )
            for leak in report.leaks[:_PAIRS]
        )
    return ()


def _figure(found: Finding) -> Figure:
    text = f"{found.count:,} ({share(found.share)})"
    return Figure(found.code, found.code.replace("-", " ").capitalize(), found.count, text)


def _table(found: tuple[Finding, ...]) -> Table:
    rows = tuple((one.severity, one.title, one.advice) for one in found[:_ROWS])
    more = f", the first {_ROWS} of {count(len(found), 'finding')}" if len(found) > _ROWS else ""
    return Table(f"Findings{more}", ("How grave", "What", "What to do"), rows)
