"""The judge that a collection has taught, kept beside its catalogue; one for each adapted space."""

from ...collection.reader import Reader
from ...disk_errors import explained
from ...private_files import replace_private
from ...stored import to_json
from .model import Judge, default_judge, read_judge

_FILE = "duplicates.json"


def save(judge: Judge, collection: Reader) -> None:
    """Keep `judge` with the collection, instead of the one kept before."""
    with explained(f"“{collection.name}”"):
        replace_private(collection.space_file(_FILE), to_json(judge).encode())


def forget(collection: Reader) -> None:
    """Go back to the default judge."""
    collection.space_file(_FILE).unlink(missing_ok=True)


def load(collection: Reader) -> Judge:
    """The judge kept with the collection; the default where there is none that can be read."""
    try:
        return read_judge(collection.space_file(_FILE))
    except (OSError, ValueError):
        return default_judge()
