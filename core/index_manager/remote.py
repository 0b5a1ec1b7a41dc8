"""A space searched by a Milvus server; the catalogue remains the authority."""

import os
import re
from dataclasses import dataclass

import numpy as np

from ..collection.collection import Collection
from ..collection.storage.index_records import IndexRecord
from ..collection.storage.space_types import Space
from ..errors import CollectionError, IndexFileError, RemoteIndexError
from ..index.base import FloatArray, IdArray
from ..index.milvus.client import without_secrets
from ..index.milvus.connect import connect
from ..index.milvus.index import MilvusIndex
from ..index.milvus.sync import Reconciled, reconcile, wait_for_index
from ..jobs import Monitor
from ..stored import from_json, to_json
from .search_settings import Settings

TOKEN = "LOOKALIKE_MILVUS_TOKEN"  # noqa: S105 - the name of a variable
"""The environment variable that holds the server's token, which is never stored."""


@dataclass(frozen=True)
class Place:
    """The address of the server and the collection there, stored in place of a recipe."""

    uri: str
    collection: str
    family: str = "milvus"


def is_remote(record: IndexRecord) -> bool:
    """Whether the index is on a server."""
    return record.family == "milvus"


def move(
    collection: Collection, uri: str, encoder: str | None = None, monitor: Monitor | None = None
) -> tuple[IndexRecord, Reconciled]:
    """Send the vectors of a space to the Milvus server at `uri`, and search there from now on.

    A user, a password or a key in the address is not stored: it has to be in `TOKEN`.

    If interrupted, it continues where it stopped. Only ids and vectors are sent.

    Raises:
        CollectionError: there are no vectors yet.
        RemoteIndexError: the server is unreachable, too slow, or refuses, or the address holds a secret.
    """
    space = collection.space(encoder)
    if space is None:
        raise CollectionError(f"“{collection.name}” holds no pictures yet; there is nothing to send.")
    address = without_secrets(uri)
    if address != uri and not os.environ.get(TOKEN):
        raise RemoteIndexError(
            f"The address holds a user, a password or a key, and it is stored. Leave that out ({address}) "
            f"and give it in the environment variable {TOKEN}, as user:password or as a key."
        )
    name = re.sub(r"\W", "_", collection.name, flags=re.ASCII)[:60]
    place = to_json(Place(address, f"lookalike_{name}_{collection.identity[:8]}_{space.id}"))
    record = next((r for r in collection.indexes.list() if r.recipe == place), None)
    if record is None:
        # Recorded first: what a crash leaves on the server is then known by name, and can be deleted.
        record = collection.indexes.add(space.id, place, to_json(Settings()), "{}")
    done = bring_up(collection, record, monitor)
    return collection.indexes.use(record.id), done


def bring_up(collection: Collection, record: IndexRecord, monitor: Monitor | None = None) -> Reconciled:
    """Synchronise the server with the catalogue.

    Raises:
        RemoteIndexError: the server is unreachable, too slow, or refuses.
        CollectionError: the space has been deleted.
    """
    space = _space(collection, record)
    index = _connect(collection, record, space)
    try:
        done = reconcile(
            index, collection.vector_ids(space.encoder), lambda ids: _vectors(collection, space, ids), monitor
        )
        wait_for_index(index, monitor)  # before that, a filter would cost recall
        return done
    finally:
        index.close()


def open_remote(collection: Collection, record: IndexRecord) -> MilvusIndex:
    """Open the index on its server.

    Raises:
        RemoteIndexError: the server is unreachable, too slow, or refuses.
        IndexFileError: it is not in sync with the catalogue; call `bring_up`.
    """
    space = _space(collection, record)
    index = _connect(collection, record, space)
    wanted = len(collection.vector_ids(space.encoder))
    if index.size != wanted:
        index.close()
        raise IndexFileError(f"Milvus at {index.where} holds {index.size:,} of {wanted:,} vectors.")
    return index


def drop(collection: Collection, record: IndexRecord) -> None:
    """Delete the vectors from the server, and the record of the index.

    Raises:
        RemoteIndexError: the server is unreachable, too slow, or refuses; the record is kept then.
    """
    index = _connect(collection, record, _space(collection, record))
    index.drop()
    index.close()
    collection.indexes.delete(record.id)


def _connect(collection: Collection, record: IndexRecord, space: Space) -> MilvusIndex:
    place = from_json(Place, record.recipe)
    return connect(
        place.uri,
        collection=place.collection,
        dim=space.dim,
        space=f"{collection.identity} {space.fingerprint}",
        token=os.environ.get(TOKEN, ""),
    )


def _space(collection: Collection, record: IndexRecord) -> Space:
    for space in collection.spaces():
        if space.id == record.space_id:
            return space
    raise CollectionError(
        f"The space that index {record.id} of “{collection.name}” was built from has been deleted."
    )


def _vectors(collection: Collection, space: Space, ids: IdArray) -> FloatArray:
    return np.asarray(collection.vectors_of([int(i) for i in ids], space.encoder), np.float32)
