"""Runs of clustering as a collection keeps them: stored whole or not at all, under names of their own."""

import json
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

import numpy as np

from ..collection.collection import Collection
from ..collection.reader import Reader
from ..collection.safe_names import nfc
from ..collection.storage.packed import pack, unpack
from ..errors import ClusteringError, CollectionError
from ..stored import UNREADABLE, from_builtins, from_json, to_builtins, to_json
from .store import ClusteringRecord, ClusteringStore
from .types import Clustering, Measured, Setup

LONGEST_NAME = 80
"""Characters of the name of a run."""

T = TypeVar("T")


@dataclass(frozen=True)
class RunSummary:
    """A stored run without its members.

    Attributes:
        id: of the run.
        name: what it is called.
        at: when it was stored.
        setup: how it was made.
        measured: what was measured of it.
        k: how many clusters it had when it was stored, noise aside.
    """

    id: int
    name: str
    at: datetime
    setup: Setup
    measured: Measured
    k: int


def store(collection: Collection, clustering: Clustering, name: str) -> Clustering:
    """Store a clustering under a name; returns it with its id, name and time.

    Raises:
        ClusteringError: the name is empty, too long, or another run's; or the collection has no vectors of
            the encoder that the clustering was made with.
    """
    name = checked_name(collection, name)
    space = next((s for s in collection.spaces() if s.fingerprint == clustering.setup.fingerprint), None)
    if space is None:
        raise ClusteringError(
            f"“{collection.name}” holds no vectors of {clustering.setup.encoder} any more; "
            "cluster its pictures again."
        )
    try:
        record = ClusteringStore(collection.catalogue).add(
            name, space.id, to_json(clustering.setup), _figures(clustering), members(clustering)
        )
    except CollectionError as error:  # another process took the name just now
        raise ClusteringError(str(error)) from error
    return replace(clustering, name=name, id=record.id, at=record.at)


def load(collection: Reader, run: int | str) -> Clustering:
    """A stored run, by id or by name; without pictures that are in the bin or deleted since.

    The clusters keep their numbers. A name of digits alone goes before an id.

    Raises:
        ClusteringError: there is no such run, or what is stored of it is damaged.
    """
    whole = load_whole(collection, run)
    there = np.isin(whole.ids, np.array(collection.ids(), np.int64))
    if there.all():
        return whole
    return replace(
        whole, ids=whole.ids[there], clusters=whole.clusters[there], strength=whole.strength[there]
    )


def load_whole(collection: Reader, run: int | str) -> Clustering:
    """A stored run with all the pictures it was stored with, those that are gone since among them.

    Raises:
        ClusteringError: as `load`.
    """
    try:
        record, packed = ClusteringStore(collection.catalogue).get(_record(collection, run).id)
        arrays = unpack(packed, f"the clustering “{record.name}”")
        setup, measured, _ = _read(record)
        return Clustering(
            record.name,
            setup,
            measured,
            arrays["ids"].astype(np.int64),
            arrays["clusters"].astype(np.int32),
            arrays["strength"].astype(np.float32),
            record.id,
            record.at,
        )
    except (CollectionError, *UNREADABLE) as error:
        raise ClusteringError(str(error)) from error


def runs(collection: Reader) -> list[RunSummary]:
    """Every stored run that can be read, oldest first; their members are not read."""
    found = []
    for record in ClusteringStore(collection.catalogue).list():
        with suppress(ClusteringError):
            found.append(RunSummary(record.id, record.name, record.at, *_read(record)))
    return found


def members(clustering: Clustering) -> bytes:
    """Who is with whom as bytes that the catalogue keeps."""
    return pack(ids=clustering.ids, clusters=clustering.clusters, strength=clustering.strength)


def replace_members(collection: Collection, clustering: Clustering) -> None:
    """Put the members and figures of a stored run in the place of those it had."""
    assert clustering.id is not None  # noqa: S101 - it was loaded
    ClusteringStore(collection.catalogue).replace_members(
        clustering.id, _figures(clustering), members(clustering)
    )


def checked_name(collection: Reader, name: str) -> str:
    """A name that a new run can have, without blanks around it.

    Raises:
        ClusteringError: it is empty, longer than `LONGEST_NAME`, or another run's.
    """
    name = nfc(name)
    name = " ".join("".join(c for c in name if unicodedata.category(c) != "Cc" or c.isspace()).split())
    if not name:
        raise ClusteringError("The name of a run cannot be empty; give it one, or leave it out.")
    if len(name) > LONGEST_NAME:
        raise ClusteringError(
            f"The name of a run can have {LONGEST_NAME} characters, this one has {len(name)}; shorten it."
        )
    if ClusteringStore(collection.catalogue).find(name) is not None:
        raise ClusteringError(f"There is a run called “{name}” already; choose another name or delete it.")
    return name


def free_name(collection: Reader, name: str) -> str:
    """`name`, or with the first number behind it that makes it a new one."""
    taken = {record.name for record in ClusteringStore(collection.catalogue).list()}
    number = 2
    free = name
    while free in taken:
        free = f"{name} ({number})"
        number += 1
    return free


def _record(collection: Reader, run: int | str) -> ClusteringRecord:
    records = ClusteringStore(collection.catalogue).list()
    found = [r for r in records if r.name == run] or [r for r in records if str(r.id) == str(run).strip()]
    if not found:
        there = ", ".join(f"“{r.name}” ({r.id})" for r in records)
        raise ClusteringError(
            f"“{collection.name}” has no run “{run}”; "
            + (f"there are: {there}." if there else "none is stored yet.")
        )
    return found[0]


def _figures(clustering: Clustering) -> str:
    return json.dumps({**to_builtins(clustering.measured), "k": clustering.k})


def _read(record: ClusteringRecord) -> tuple[Setup, Measured, int]:
    try:
        figures = json.loads(record.measured)
        return from_json(Setup, record.setup), from_builtins(Measured, figures), int(figures["k"])
    except UNREADABLE as error:
        raise ClusteringError(
            f"What is stored of the run “{record.name}” is damaged; delete it and cluster again."
        ) from error
