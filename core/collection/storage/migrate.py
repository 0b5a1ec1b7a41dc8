"""Migration of a catalogue to this program's schema, and the check of its version."""

import json
import sqlite3

from ...errors import CollectionError
from ...index.milvus.client import without_secrets
from ..safe_names import folded, nfc
from .database import statements
from .schema import MIGRATIONS


def migrate(connection: sqlite3.Connection, where: str, *, writable: bool = True) -> None:
    """Migrate the catalogue at `where` to this program's schema: all steps in one transaction.

    Concurrent processes are safe: one migrates, the others wait and find it done.

    Raises:
        CollectionError: the catalogue was made by a newer version, was never finished, or is of an older
            version and is not writable.
    """
    if check_version(connection, where) == len(MIGRATIONS):
        return
    if not writable:
        raise CollectionError(
            f"{where} was made by an older Lookalike and has to be brought up to date, but it cannot be "
            "written here. Open it once where it can be written."
        )
    _take_steps(connection, where)


def _without_secrets(recipe: str) -> str:
    """Return the recipe of a Milvus index without secrets in the address."""
    there = json.loads(recipe)
    return json.dumps({**there, "uri": without_secrets(str(there["uri"]))})


def make_schema(connection: sqlite3.Connection) -> None:
    """Fill an empty catalogue with this program's tables."""
    _take_steps(connection, "the new collection", first=True)


def _take_steps(connection: sqlite3.Connection, where: str, *, first: bool = False) -> None:
    connection.create_function("nfc", 1, nfc, deterministic=True)
    connection.create_function("folded", 1, folded, deterministic=True)
    connection.create_function("without_secrets", 1, _without_secrets, deterministic=True)
    connection.execute("PRAGMA secure_delete = ON")  # deleted data is also overwritten in the file
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Read again inside the transaction: another process may have been first.
        version = 0 if first else check_version(connection, where)
        for step in range(version, len(MIGRATIONS)):
            for statement in statements(MIGRATIONS[step]):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {step + 1}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def check_version(connection: sqlite3.Connection, where: str) -> int:
    """Read the schema version of the catalogue at `where`.

    Raises:
        CollectionError: a newer version made it, or it is empty.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(MIGRATIONS):
        raise CollectionError(
            f"{where} was made by a newer Lookalike (its catalogue is version {version}, this program knows "
            f"{len(MIGRATIONS)}). Update Lookalike to open it."
        )
    if version < 1:
        raise CollectionError(
            f"The catalogue of {where} is empty: it is damaged, or was never finished. Restore it from a "
            "backup, or delete the collection and add its pictures again."
        )
    return version
