"""The looks of a collection so far, from its stored health checks."""

from ...collection.reader import Reader
from ...stored import UNREADABLE, from_builtins
from ..store import HealthStore
from .looks import Look
from .types import DriftReport

KIND = "drift"


def stored_reports(collection: Reader) -> list[tuple[int, DriftReport]]:
    """Every stored look that can be read, with its number, oldest first."""
    found = []
    for run in HealthStore(collection.catalogue).list(KIND):
        try:
            found.append((run.id, from_builtins(DriftReport, run.result)))
        except UNREADABLE:  # of a newer program, or damaged: the others are still worth showing
            continue
    return found


def looks(collection: Reader) -> list[Look]:
    """List every check, oldest first, without repeated checks of the same pictures."""
    return [_look(run, report) for run, report in stored_reports(collection) if not report.repeats]


def _look(run: int, report: DriftReport) -> Look:
    return Look(
        run=run,
        at=report.time,
        reference=report.reference.title,
        batch=report.batch.title,
        key=report.key,
        p_value=report.p_value,
        smooth_p=report.smooth_p,
        follows=report.follows,
        alarm=report.alarm,
        level=report.level,
        evidence=report.evidence,
        number=report.number,
        up_to=report.up_to,
    )
