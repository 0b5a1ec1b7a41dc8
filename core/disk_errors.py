"""Faults of a disk, as the system and SQLite report them, in sentences for the user."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from .errors import CollectionError, DiskFullError, LookalikeError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


def explain(error: Exception, what: str) -> LookalikeError | None:
    """The error to raise instead, or None where this is no fault of a disk.

    Args:
        error: an `OSError`, or what `sqlite3` raised.
        what: what was being read or written, such as ``"“shop”"``.
    """
    if isinstance(error, LookalikeError):
        return error
    if isinstance(error, OSError):
        return _explain_os(error, what)
    # ProgrammingError, IntegrityError and their like are faults of the program, or are expected by it.
    if type(error) in (sqlite3.OperationalError, sqlite3.DatabaseError):
        return _explain_sqlite(error, what)
    return None


def is_full(error: Exception) -> bool:
    """Whether the disk is full."""
    return isinstance(explain(error, "it"), DiskFullError)


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Turn faults of the disk inside the block into errors with a sentence."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        known = explain(error, what)
        if known is None:
            raise
        raise known from error


def _explain_os(error: OSError, what: str) -> LookalikeError:
    place = str(error.filename) if error.filename else what
    if error.errno in _FULL:
        return DiskFullError(_full(what))
    if error.errno in _REFUSED:
        why = "the disk is read-only" if error.errno == errno.EROFS else "permission is denied"
        return CollectionError(f"{place} cannot be read or written: {why}.")
    if error.errno == errno.ENOENT:
        return CollectionError(f"{place} is not there; it may have been deleted or moved meanwhile.")
    if error.errno == errno.EMFILE:
        return CollectionError("Too many files are open at once. Close something, or raise “ulimit -n”.")
    return CollectionError(f"{place} cannot be read or written: {error.strerror or error}.")


def _explain_sqlite(error: Exception, what: str) -> LookalikeError:
    code = getattr(error, "sqlite_errorcode", None)
    primary = sqlite3.SQLITE_CORRUPT if code is None else code & 0xFF  # no code: text that is not UTF-8
    if primary == sqlite3.SQLITE_FULL:
        return DiskFullError(_full(what))
    return CollectionError(_SQLITE.get(primary, _ODD).format(what=what, error=error))


def _full(what: str) -> str:
    return f"The disk is full: {what} could not be written; what was there before is safe. Free some space."


_LOCKED = (
    "The catalogue of {what} is locked by another process that does not let go of it. Try again; if it stays "
    "locked, end the other program that has it open."
)
_DAMAGED = (
    "The catalogue of {what} cannot be read: it is damaged ({error}). Restore it from a backup, or delete "
    "the collection and add its pictures again."
)
_ODD = "The catalogue of {what} cannot be used ({error})."
_SQLITE = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_READONLY: "{what} can be read here but not changed: its folder or disk is read-only, or "
    "belongs to another user.",
    sqlite3.SQLITE_CANTOPEN: "The catalogue of {what} cannot be opened: it was deleted or moved meanwhile, "
    "permission is denied, or the disk is full.",
    sqlite3.SQLITE_IOERR: "The catalogue of {what} cannot be read or written (disk I/O error): see that the "
    "disk is sound and has space.",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_FORMAT: _DAMAGED,
    sqlite3.SQLITE_ERROR: _DAMAGED,
}
