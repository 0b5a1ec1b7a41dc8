"""Check what is stored of a collection, and repair it."""

from collections.abc import Sequence
from time import monotonic

from ...collection.collection import Collection
from ...errors import LookalikeError
from ...jobs import Monitor
from . import database, encoder, indexes, originals, thumbnails, vectors
from .types import CheckResult, IntegrityCheck, IntegrityReport

CHECKS: tuple[IntegrityCheck, ...] = (
    IntegrityCheck("catalogue", "Catalogue file", database.check, database.repair),
    IntegrityCheck("originals", "Original files", originals.check, originals.repair),
    IntegrityCheck("thumbnails", "Thumbnails", thumbnails.check, thumbnails.repair),
    IntegrityCheck("encoder", "Encoder", encoder.check, encoder.repair),
    IntegrityCheck("vectors", "Vectors", vectors.check, vectors.repair),
    IntegrityCheck("indexes", "Indexes", indexes.check, indexes.repair),
)
"""Every check, in the order in which they are made and repaired: each needs those before it."""


def check_integrity(collection: Collection, monitor: Monitor | None = None) -> IntegrityReport:
    """Compare what is stored with what the catalogue says; reads every vector and every original.

    A check that cannot be made is one that failed, with the reason; the others go on.

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    watched, started = monitor or Monitor(), monotonic()
    results = []
    for one in CHECKS:
        watched.check()
        results.append(_checked(one, collection, watched.subtask()))
    return IntegrityReport(collection.name, tuple(results), monotonic() - started)


def _checked(one: IntegrityCheck, collection: Collection, monitor: Monitor) -> CheckResult:
    try:
        return one.check(collection, monitor)
    except LookalikeError as error:
        return CheckResult(one.name, 1, 1, f"{one.title} could not be checked: {error}")


def repair_integrity(
    collection: Collection, names: Sequence[str], monitor: Monitor | None = None
) -> tuple[tuple[str, str], ...]:
    """Run the repairs of these checks; returns the name of each with what it did, or why it could not.

    Raises:
        Cancelled: the monitor was asked to stop; what was repaired stays.
    """
    watched, done = monitor or Monitor(), []
    for one in CHECKS:
        if one.name in names:
            watched.check()
            try:
                done.append((one.name, one.repair(collection, watched.subtask())))
            except LookalikeError as error:
                done.append((one.name, str(error)))
    return tuple(done)
