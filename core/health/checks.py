"""The parts of a health check: each by its name, run and stored the same way."""

from collections.abc import Callable
from datetime import UTC, datetime

from core.collection.collection import Collection
from core.health.findings import HealthReport, Part
from core.health.store import HealthStore
from core.jobs import Monitor

Check = Callable[[Collection, Monitor], HealthReport]


def _integrity(collection: Collection, monitor: Monitor) -> HealthReport:
    from core.health.integrity.check import check_integrity

    return check_integrity(collection, monitor)


def _quality(collection: Collection, monitor: Monitor) -> HealthReport:
    from core.health.quality.scan import scan_quality

    return scan_quality(collection, monitor)


CHECKS: dict[Part, Check] = {"integrity": _integrity, "quality": _quality}
"""What can be checked, in the order in which it is. The engine's modules load when a check runs."""


def run_check(collection: Collection, part: Part, monitor: Monitor | None = None) -> HealthReport:
    """Run one part of the health check and store what it found.

    Raises:
        LookalikeError: it cannot be checked, for a reason that its sentence gives.
        Cancelled: the monitor was asked to stop; nothing is stored.
    """
    started = datetime.now(UTC)
    report = CHECKS[part](collection, monitor or Monitor())
    HealthStore(collection.catalogue).add(part, report.settings(), report.to_json(), started)
    return report
