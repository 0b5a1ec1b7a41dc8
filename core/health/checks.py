"""The parts of a health check: each by its name, run and stored the same way."""

from collections.abc import Callable
from datetime import UTC, datetime

from ..collection.collection import Collection
from ..jobs import Monitor
from ..stored import to_builtins
from .findings import HealthReport, Part
from .store import HealthStore

Check = Callable[[Collection, Monitor], HealthReport]


def _integrity(collection: Collection, monitor: Monitor) -> HealthReport:
    from .integrity.check import check_integrity

    return check_integrity(collection, monitor)


def _quality(collection: Collection, monitor: Monitor) -> HealthReport:
    from .quality.scan import scan_quality

    return scan_quality(collection, monitor)


def _splits(collection: Collection, monitor: Monitor) -> HealthReport:
    from .leaky_splits import find_leaky_splits

    return find_leaky_splits(collection, monitor=monitor)


def _slices(collection: Collection, monitor: Monitor) -> HealthReport:
    from .weak_slices import find_weak_slices

    return find_weak_slices(collection, monitor)


def _drift(collection: Collection, monitor: Monitor) -> HealthReport:
    from .drift import check_drift

    return check_drift(collection, monitor=monitor)


def _promises(collection: Collection, monitor: Monitor) -> HealthReport:
    from .actions import check_promises

    return check_promises(collection, monitor)


CHECKS: dict[Part, Check] = {
    "integrity": _integrity,
    "quality": _quality,
    "splits": _splits,
    "slices": _slices,
    "drift": _drift,
    "promises": _promises,
}
"""What can be checked, in the order in which it is. The engine's modules load when a check runs."""


def run_check(
    collection: Collection, part: Part, monitor: Monitor | None = None, check: Check | None = None
) -> HealthReport:
    """Run one part of the health check and store what it found; `check` is run instead of the usual one.

    Raises:
        LookalikeError: it cannot be checked, for a reason that its sentence gives.
        Cancelled: the monitor was asked to stop; nothing is stored.
    """
    started = datetime.now(UTC)
    report = (check or CHECKS[part])(collection, monitor or Monitor())
    found = {**report.to_json(), "findings": to_builtins(report.findings())}
    HealthStore(collection.catalogue).add(part, report.settings(), found, started)
    return report
