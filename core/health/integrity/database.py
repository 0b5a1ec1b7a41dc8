"""The catalogue file itself: SQLite's own check of its pages, indexes and references."""

from contextlib import suppress

from filelock import FileLock, Timeout

from ...collection.collection import Collection
from ...collection.salvage import salvage
from ...errors import CollectionError
from ...jobs import Monitor
from .types import SHOWN, CheckResult


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
        "Copy the collection's folder before anything else. The repair rebuilds the catalogue's indexes; "
        "where its tables are damaged too, it saves every row that can be read, and keeps the damaged file.",
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
    """Rebuild the catalogue's indexes from its tables; where tables are damaged, save what can be read.

    The damaged file is kept in the collection's folder.

    Raises:
        CollectionError: pictures are being added, or nothing can be saved.
    """
    monitor.say("Rebuilding the catalogue's indexes")
    with suppress(CollectionError):
        _rebuild(collection)
    if not _problems(collection):
        with suppress(CollectionError):
            collection.catalogue.checkpoint()
        return "The catalogue's indexes were rebuilt, and SQLite's check passes."
    monitor.say("Saving what can be read of the catalogue")
    before = _count(collection)
    try:
        with FileLock(collection.root / "lock", timeout=0, mode=0o600):
            saved = salvage(collection.catalogue.path)
    except Timeout:
        raise CollectionError(
            f"Pictures are being added to “{collection.name}”; wait until that is done, then repair."
        ) from None
    collection.catalogue.close()
    tables = f" Rows of {', '.join(saved.damaged)} could not be read." if saved.damaged else ""
    lost = "" if before is None else f" {collection.count():,} of {before:,} pictures are there."
    return (
        f"{saved.rows:,} rows of the catalogue were saved, and SQLite's check passes.{tables}{lost} "
        f"Add the pictures' folders again to bring back what is missing. The damaged file is kept as "
        f"{saved.kept.name}."
    )


def _rebuild(collection: Collection) -> None:
    with collection.catalogue.transaction() as tx:
        tx.execute("REINDEX")
        for table, rowid, *_ in tx.execute("PRAGMA foreign_key_check").fetchall():
            if rowid is not None:
                tx.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (rowid,))  # noqa: S608 - SQLite named it


def _count(collection: Collection) -> int | None:
    """How many pictures there are; None where that cannot be read."""
    try:
        return collection.count()
    except CollectionError:
        return None
