"""Vectors against the catalogue: checksums, rows, NaN, length, and pictures without any."""

from ...collection.collection import Collection
from ...jobs import Monitor
from .types import SHOWN, CheckResult


def check(collection: Collection, monitor: Monitor) -> CheckResult:
    """Read every stored vector of every space, and compare it with its checksum."""
    checked, bad = 0, set[int]()
    for space in collection.spaces():
        monitor.check()
        monitor.say(f"Checking the vectors of {space.encoder}")
        damaged = collection.find_damaged_vectors(space)
        checked += len(collection.vector_ids(space.encoder)) + len(damaged)
        bad |= set(damaged)
    missing = set(collection.ids()) - set(collection.vector_ids().tolist()) - bad
    checked += len(missing)
    bad |= missing
    if not bad:
        return CheckResult("vectors", checked, 0, f"All {checked:,} stored vectors are sound.")
    names = collection.get_many(sorted(bad)[:SHOWN])
    what = "picture has" if len(bad) == 1 else "pictures have"
    return CheckResult(
        "vectors",
        checked,
        len(bad),
        f"{len(bad):,} {what} a damaged or missing vector, so that search cannot find them.",
        "Embed these pictures again.",
        tuple(picture.name for picture in names),
        repairable=True,
    )


def repair(collection: Collection, monitor: Monitor) -> str:
    """Embed again what is damaged or missing; see `Collection.repair`.

    Raises:
        CollectionError: pictures are being added to the collection.
        Cancelled: the monitor was asked to stop; what was made again stays.
    """
    report = collection.repair(monitor)
    left = "".join(f" {skip.name}: {skip.reason}" for skip in report.skipped[:SHOWN])
    return f"{report.repaired:,} of {report.damaged:,} damaged or missing vectors were made again.{left}"
