"""Indexes against their spaces: are the files whole, and do they hold the vectors that the space does?"""

import shutil
from dataclasses import dataclass

import numpy as np

from ...collection.collection import Collection
from ...collection.storage.index_records import IndexRecord
from ...errors import IndexFileError, RemoteIndexError
from ...index.storage import verify
from ...index_manager.builder import make, open_index, title
from ...index_manager.remote import is_remote
from ...jobs import Monitor
from .types import SHOWN, CheckResult


@dataclass(frozen=True)
class _Broken:
    record: IndexRecord
    reason: str


def _problem(collection: Collection, record: IndexRecord) -> str:
    """What is wrong with an index; empty where nothing is.

    Vectors that were added later may be missing: they are taken in when the index is next searched.

    Raises:
        RemoteIndexError: its server does not answer.
    """
    encoder = next((space.encoder for space in collection.spaces() if space.id == record.space_id), None)
    if encoder is None:
        return "its space is gone."
    try:
        if not is_remote(record):
            verify(collection.indexes.folder(record.id))
        index = open_index(collection, record)
    except IndexFileError as error:
        return str(error)
    foreign = np.setdiff1d(index.ids, collection.vector_ids(encoder))
    return f"it holds {len(foreign):,} vectors that the space does not." if len(foreign) else ""


def _broken(collection: Collection, monitor: Monitor) -> tuple[list[_Broken], list[str]]:
    found, silent = [], []
    for record in collection.indexes.list():
        monitor.check()
        try:
            problem = _problem(collection, record)
        except RemoteIndexError as error:
            silent.append(f"{title(record)}: {error}")
            continue
        if problem:
            found.append(_Broken(record, problem))
    return found, silent


def check(collection: Collection, monitor: Monitor) -> CheckResult:
    """Read every byte of every index, and compare its ids with those of its space."""
    monitor.say("Checking the indexes")
    count = len(collection.indexes.list())
    broken, silent = _broken(collection, monitor)
    if broken:
        examples = [f"index {one.record.id} ({title(one.record)}): {one.reason}" for one in broken]
        what = "index does" if len(broken) == 1 else "indexes do"
        return CheckResult(
            "indexes",
            count,
            len(broken) + len(silent),
            f"{len(broken):,} {what} not fit the stored vectors; until then search is exact, and slower.",
            "Build the index again from the stored vectors.",
            tuple([*examples, *silent][:SHOWN]),
            severity="warning",
            repairable=True,
        )
    if silent:
        return CheckResult(
            "indexes",
            count,
            len(silent),
            "The server that holds an index does not answer; until it does, search is exact and slower.",
            "Start the server, or let the collection be searched without it (screen Index).",
            tuple(silent[:SHOWN]),
            severity="warning",
        )
    if not count:
        return CheckResult("indexes", 0, 0, "There is no index: search is exact.")
    what = "The index fits" if count == 1 else f"All {count:,} indexes fit"
    return CheckResult("indexes", count, 0, f"{what} the stored vectors.")


def repair(collection: Collection, monitor: Monitor) -> str:
    """Build again, by its own recipe, every index that does not fit.

    Raises:
        IndexFileError: the disk is full.
        Cancelled: the monitor was asked to stop.
    """
    broken, _ = _broken(collection, monitor)
    for one in broken:
        monitor.say(f"Building {title(one.record)} again")
        if not is_remote(one.record):
            shutil.rmtree(collection.indexes.folder(one.record.id), ignore_errors=True)
        make(collection, one.record, monitor)
    return f"{len(broken):,} {'index was' if len(broken) == 1 else 'indexes were'} built again."
