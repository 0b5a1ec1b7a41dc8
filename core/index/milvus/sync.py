"""Synchronisation of a server with the catalogue, whatever state either is in."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...errors import RemoteIndexError
from ...jobs import Monitor
from ..base import FloatArray, IdArray
from .index import MOST_AT_ONCE, WORTH_AN_INDEX, MilvusIndex

_LOOK_S = 1.0


@dataclass(frozen=True)
class Reconciled:
    """The result of a synchronisation: vectors sent, ids deleted, and seconds taken."""

    added: int
    removed: int
    seconds: float


def reconcile(
    index: MilvusIndex,
    ids: IdArray,
    vectors: Callable[[IdArray], FloatArray],
    monitor: Monitor | None = None,
) -> Reconciled:
    """Make the server hold exactly `ids`: send missing vectors, delete extra ones.

    It compares both sides, so it may be interrupted at any time and run again; a second run finds nothing to
    do. A first load and a reload after the server lost its data are the same call.

    Args:
        index: the server's index.
        ids: all distinct ids of this space in the catalogue, shape ``(N,)``.
        vectors: returns the vectors, shape ``(n, dim)``, of some of these ids, shape ``(n,)``, in their
            order.
        monitor: counts each vector sent and id deleted, and may stop the work between blocks.

    Raises:
        RemoteIndexError: the server is unreachable, too slow or refuses, or another process writes to it
            meanwhile.
        Cancelled: the monitor was asked to stop.
    """
    monitor = monitor or Monitor()
    started = time.monotonic()
    monitor.say("reading the ids in Milvus")
    wanted = np.sort(np.asarray(ids, np.int64))
    held, doubled = _held(index, monitor)
    surplus = np.setdiff1d(held, wanted, assume_unique=True)
    missing = np.union1d(
        np.setdiff1d(wanted, held, assume_unique=True), np.intersect1d(doubled, wanted, assume_unique=True)
    )
    monitor.expect(len(surplus) + len(missing))
    monitor.say("deleting from Milvus")
    for start in range(0, len(surplus), MOST_AT_ONCE):
        monitor.check()
        part = surplus[start : start + MOST_AT_ONCE]
        index.remove(part)
        monitor.advance(len(part))
    monitor.say("sending vectors to Milvus")
    for start in range(0, len(missing), index.block):
        monitor.check()
        part = missing[start : start + index.block]
        index.send(part, vectors(part))
        monitor.advance(len(part))
    if index.settles_at_once or len(missing) >= WORTH_AN_INDEX:
        index.settle()
    if len(missing) or len(surplus):
        count = index.count()
        if count != len(wanted):
            raise RemoteIndexError(
                f"Milvus at {index.where} holds {count:,} vectors after {len(wanted):,} were loaded: "
                "another process writes to it, or an old message arrived late. Run it again."
            )
    return Reconciled(len(missing), len(surplus), time.monotonic() - started)


def wait_for_index(index: MilvusIndex, monitor: Monitor | None = None, limit_s: float = 3600) -> float:
    """Wait until the server has indexed what was loaded, at most `limit_s`.

    It answers meanwhile, but more slowly, and with lower recall if there is a filter: see
    `MilvusIndex.rows_without_index`. Returns the seconds waited.

    Raises:
        RemoteIndexError: the server is unreachable, too slow or refuses.
        Cancelled: the monitor was asked to stop.
    """
    monitor = monitor or Monitor()
    started = time.monotonic()
    while (waiting := index.rows_without_index()) >= WORTH_AN_INDEX and time.monotonic() - started < limit_s:
        monitor.say(f"Milvus is building its index: {waiting:,} vectors to go")
        monitor.check()
        time.sleep(_LOOK_S)
    return time.monotonic() - started


def _held(index: MilvusIndex, monitor: Monitor) -> tuple[IdArray, IdArray]:
    """Return all ids on the server, and the candidates for duplicate rows, both ascending."""
    pages = []
    for page in index.pages_of_ids():
        monitor.check()
        pages.append(page)
    held = np.concatenate(pages) if pages else np.empty(0, np.int64)
    doubled: list[IdArray] = []
    if index.count() != len(held):
        # Each id is listed once however many rows it has, so only counting reveals duplicates.
        doubled = [p for p in pages if index.count_between(int(p[0]), int(p[-1])) != len(p)]
    return held, np.concatenate(doubled) if doubled else np.empty(0, np.int64)
