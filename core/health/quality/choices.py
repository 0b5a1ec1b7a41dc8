"""What the user decides about the quality scan, and the measures that this rests on."""

from collections.abc import Sequence

from ...collection.reader import Reader
from .store import MeasureTable, QualityStore


def measures(collection: Reader) -> MeasureTable:
    """The measures of all pictures in sight that have some.

    Raises:
        CollectionError: an entry is damaged.
    """
    return QualityStore(collection.catalogue).table()


def set_threshold(collection: Reader, kind: str, value: float | None) -> None:
    """Move the threshold of a kind of fault; None puts it back to the default."""
    QualityStore(collection.catalogue).set_threshold(kind, value)


def accept(collection: Reader, ids: Sequence[int], kind: str, accepted: bool = True) -> None:
    """Note that pictures are as they should be, whatever is measured; or take that back."""
    QualityStore(collection.catalogue).accept(ids, kind, accepted)


def accepted(collection: Reader, kind: str) -> frozenset[int]:
    """Ids of the pictures in sight that were accepted for a kind of fault."""
    return QualityStore(collection.catalogue).accepted().get(kind, frozenset())
