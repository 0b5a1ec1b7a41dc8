"""Storage of a collection's own score model beside its catalogue, one per adapted space."""

from ...collection.reader import Reader
from ...disk_errors import explained
from ...private_files import replace_private
from ...stored import to_json
from .model import Judge, default_judge, read_judge

_FILE = "duplicates.json"


def save(judge: Judge, collection: Reader) -> None:
    """Store `judge` with the collection, replacing the previous one."""
    with explained(f"“{collection.name}”"):
        replace_private(collection.space_file(_FILE), to_json(judge).encode())


def forget(collection: Reader) -> None:
    """Return to the default model."""
    collection.space_file(_FILE).unlink(missing_ok=True)


def load(collection: Reader) -> Judge:
    """Load the collection's model; the default if there is no readable one."""
    try:
        return read_judge(collection.space_file(_FILE))
    except (OSError, ValueError):
        return default_judge()
