"""Originals against their hashes: is every file still there, and still what was added?"""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ...collection.collection import Collection
from ...collection.ingest.catalogue_rows import contents
from ...collection.ingest.lost_files import lose
from ...collection.storage.media_store import MediaStore
from ...errors import CollectionError
from ...jobs import Monitor
from .types import SHOWN, CheckResult

_CHUNK = 64


def _gone(collection: Collection, monitor: Monitor) -> list[int]:
    """Ids of the pictures in sight whose original is missing or has other bytes; every file is read."""
    ids = collection.ids()
    monitor.expect(len(ids))

    def sound(picture_id: int) -> bool:
        try:
            collection.original(picture_id)
        except CollectionError:
            return False
        return True

    found = []
    with ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="lookalike-originals") as pool:
        for start in range(0, len(ids), _CHUNK):
            monitor.check()
            part = ids[start : start + _CHUNK]
            found += [i for i, fine in zip(part, pool.map(sound, part), strict=True) if not fine]
            monitor.advance(len(part))
    return found


def check(collection: Collection, monitor: Monitor) -> CheckResult:
    """Read every original and compare its SHA-256."""
    monitor.say("Checking the original files")
    gone, count = _gone(collection, monitor), collection.count()
    if not gone:
        return CheckResult("originals", count, 0, f"All {count:,} original files are there and unchanged.")
    what = "original file is" if len(gone) == 1 else "original files are"
    return CheckResult(
        "originals",
        count,
        len(gone),
        f"{len(gone):,} {what} missing or changed.",
        "Connect the drive or put the files back and check again. Else put these pictures out of sight: "
        "their labels and verdicts are kept, and they come back when their files are added again.",
        tuple(picture.name for picture in collection.get_many(gone[:SHOWN])),
        repairable=True,
    )


def repair(collection: Collection, monitor: Monitor) -> str:
    """Put pictures without an original out of sight, unless the folder of their file is gone or empty.

    So it is when a drive is not connected.

    Raises:
        Cancelled: the monitor was asked to stop; nothing is changed then.
    """
    monitor.say("Looking for the original files")
    gone = _gone(collection, monitor)
    away = {i for i in gone if _folder_is_missing(collection, i)}
    lost, media = 0, MediaStore(collection.root)
    with collection.catalogue.transaction() as tx:
        for picture_id in gone:
            if picture_id not in away:
                # A damaged copy would stand in the way of a sound one when the file is added again.
                for sha256 in contents(collection.catalogue, picture_id):
                    media.delete_original(sha256)
                tx.execute("UPDATE picture SET kept = 0 WHERE id = ?", (picture_id,))
                lost += lose(tx, picture_id, "missing")
    told = f"{lost:,} pictures without an original were put out of sight; they come back with their files."
    if away:
        told += f" {len(away):,} were left alone, because the folder of their files is missing too."
    return told


def _folder_is_missing(collection: Collection, picture_id: int) -> bool:
    paths = collection.referenced_paths(picture_id)
    return bool(paths) and not any(_holds_something(path.parent) for path in paths)


def _holds_something(folder: Path) -> bool:
    """Whether a folder is there and not empty, as the place of a drive is that is not connected."""
    try:
        return any(folder.iterdir())
    except OSError:
        return False
