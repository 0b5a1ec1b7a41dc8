"""Building and opening of the index of a record."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from ..collection.collection import Collection
from ..collection.storage.index_records import IndexRecord
from ..errors import IndexFileError
from ..index.base import Index
from ..index.build import build
from ..index.spec import Recipe
from ..index.storage import load, save
from ..index.tuning.wording import recipe_title
from ..jobs import Monitor
from ..stored import from_json
from .remote import Place, bring_up, is_remote, open_remote

_LOOK_S = 0.5


def open_index(collection: Collection, record: IndexRecord) -> Index:
    """Open the index of a record, as it was saved; vectors added to the space since are not in it.

    Raises:
        IndexFileError: its files are missing or damaged, or the server lacks vectors: `make` it.
        RemoteIndexError: it is on a server that does not answer.
    """
    if is_remote(record):
        return open_remote(collection, record)
    index: Index = load(collection.indexes.folder(record.id))
    return index


def make(collection: Collection, record: IndexRecord, monitor: Monitor | None = None) -> None:
    """Build the files of an index from the vectors of its space, unless they exist and are intact.

    Missing vectors are sent to a server, and extra ones are deleted there.

    One process at a time builds; others wait and find it finished.

    Raises:
        IndexingError: the vectors cannot be indexed.
        IndexFileError: the disk is full.
        CollectionError: the collection or the space has been deleted.
    """
    folder = collection.indexes.folder(record.id)
    watched = monitor or Monitor()
    with taking_turns(collection, watched):
        if is_remote(record):
            bring_up(collection, record, watched)
            return
        try:
            load(folder)
        except IndexFileError:
            pass
        else:
            return
        encoder = next(space.encoder for space in collection.spaces() if space.id == record.space_id)
        rows = collection.vectors(encoder=encoder)
        save(build(Recipe.from_json(record.recipe), rows.ids, rows.vectors, watched), folder)


@contextmanager
def taking_turns(collection: Collection, monitor: Monitor) -> Iterator[None]:
    """Hold the lock for building and tuning, however long another process keeps it."""
    lock = FileLock(collection.indexes.lock_file, timeout=_LOOK_S, thread_local=False, mode=0o600)
    while not lock.is_locked:
        try:
            lock.acquire()
        except Timeout:
            monitor.say(
                "Waiting for another process to finish building or tuning an index of this collection"
            )
            monitor.check()
    try:
        yield
    finally:
        lock.release()


def title(record: IndexRecord | None) -> str:
    """Return the display name of the kind of index."""
    if record is None:
        return "exact"
    if is_remote(record):
        return f"Milvus at {from_json(Place, record.recipe).uri}"
    try:
        return recipe_title(Recipe.from_json(record.recipe))
    except IndexFileError:
        return "a damaged index"
