"""The judge that a collection has taught, kept beside its catalogue; one for each adapted space."""

import os

from core.collection.reader import Reader
from core.dedup.score import Judge, default_judge

_FILE = "duplicates.json"


def save(judge: Judge, collection: Reader) -> None:
    """Keep `judge` with the collection, instead of the one kept before."""
    place = collection.space_file(_FILE)
    part = place.with_name(f"{place.name}.{os.getpid()}.part")
    part.write_text(judge.to_json(), encoding="utf-8")
    part.replace(place)


def forget(collection: Reader) -> None:
    """Go back to the default judge."""
    collection.space_file(_FILE).unlink(missing_ok=True)


def load(collection: Reader) -> Judge:
    """The judge kept with the collection; the default where there is none that can be read."""
    try:
        return Judge.from_json(collection.space_file(_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return default_judge()
