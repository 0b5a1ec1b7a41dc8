"""Thumbnails: is there a whole one of every picture?"""

from contextlib import suppress

from ...collection.collection import Collection
from ...collection.storage.media_store import MediaStore
from ...collection.types import Picture
from ...errors import LookalikeError
from ...images.thumbnails import is_whole_thumbnail
from ...jobs import Monitor
from .types import SHOWN, CheckResult

_CHUNK = 256


def _missing(collection: Collection, monitor: Monitor) -> list[int]:
    ids, media = collection.ids(), MediaStore(collection.root)
    monitor.expect(len(ids))
    found = []
    for start in range(0, len(ids), _CHUNK):
        monitor.check()
        part = collection.get_many(ids[start : start + _CHUNK])
        found += [picture.id for picture in part if not _is_there(media, picture)]
        monitor.advance(len(part))
    return found


def _is_there(media: MediaStore, picture: Picture) -> bool:
    data = media.read("thumbnail", picture.sha256)
    return data is not None and is_whole_thumbnail(data)


def check(collection: Collection, monitor: Monitor) -> CheckResult:
    """Look for thumbnails that are missing or cut; they are made again when they are shown as well."""
    monitor.say("Checking the thumbnails")
    missing, count = _missing(collection, monitor), collection.count()
    if not missing:
        return CheckResult("thumbnails", count, 0, f"All {count:,} thumbnails are there.")
    return CheckResult(
        "thumbnails",
        count,
        len(missing),
        f"{len(missing):,} {'thumbnail is' if len(missing) == 1 else 'thumbnails are'} missing or cut.",
        "Make them again now; else each is made when it is first shown.",
        tuple(picture.name for picture in collection.get_many(missing[:SHOWN])),
        severity="note",
        repairable=True,
    )


def repair(collection: Collection, monitor: Monitor) -> str:
    """Make missing thumbnails from the originals.

    Raises:
        Cancelled: the monitor was asked to stop; what was made stays.
    """
    missing = _missing(collection, monitor)
    monitor.say("Making thumbnails")
    made = 0
    for picture_id in missing:
        monitor.check()
        with suppress(LookalikeError):  # without its original there is nothing to make it from
            collection.thumbnail(picture_id)
            made += 1
    return f"{made:,} of {len(missing):,} thumbnails were made again."
