"""The catalogue file itself: SQLite's own check of its pages, indexes and references."""

from contextlib import suppress

from core.collection.collection import Collection
from core.errors import CollectionError
from core.health.integrity.types import SHOWN, CheckResult
from core.jobs import Monitor


def check(collection: Collection, monitor: Monitor) -> CheckResult:
    """Run SQLite's `integrity_check` and `foreign_key_check` (https://sqlite.org/pragma.html)."""
    monitor.say("Checking the catalogue")
    problems = _problems(collection)
    if not problems:
        return CheckResult("catalogue", 1, 0, "The catalogue file is sound.")
    return CheckResult(
        "catalogue",
        1,
        1,
        "The catalogue file is damaged: SQLite's own check does not pass.",
        "Copy the collection's folder before anything else. Then rebuild the catalogue's indexes; if the "
        "check still fails after that, restore the folder from a backup.",
        tuple(problems[:SHOWN]),
        repairable=True,
    )


def _problems(collection: Collection) -> list[str]:
    try:
        rows = collection.catalogue.execute("PRAGMA integrity_check(20)").fetchall()
        found = [str(row[0]) for row in rows if row[0] != "ok"]
        torn = collection.catalogue.execute("PRAGMA foreign_key_check").fetchall()
    except CollectionError as error:
        return [str(error)]
    return found + [f"a row of “{row[0]}” refers to a row of “{row[2]}” that is not there" for row in torn]


def repair(collection: Collection, monitor: Monitor) -> str:
    """Rebuild the catalogue's indexes from its tables, and delete rows that refer to nothing.

    Raises:
        CollectionError: the damage is in the tables themselves.
    """
    monitor.say("Rebuilding the catalogue's indexes")
    with collection.catalogue.transaction() as tx:
        tx.execute("REINDEX")
        for table, rowid, *_ in tx.execute("PRAGMA foreign_key_check").fetchall():
            if rowid is not None:
                tx.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (rowid,))  # noqa: S608 - SQLite named it
    left = _problems(collection)
    if left:
        raise CollectionError(
            f"The catalogue of “{collection.name}” is still damaged after its indexes were rebuilt "
            f"({left[0]}). Restore the collection's folder from a backup."
        )
    with suppress(CollectionError):
        collection.catalogue.checkpoint()
    return "The catalogue's indexes were rebuilt, and SQLite's check passes."
