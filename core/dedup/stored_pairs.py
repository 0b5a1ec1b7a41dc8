"""How much has been compared, for other features and the screens; loads nothing but the catalogue."""

from ..collection.reader import Reader
from .store import PairStore


def has_pairs(collection: Reader, space_id: int) -> bool:
    """Whether the pairs of any picture have been compared in a space."""
    return bool(PairStore(collection.catalogue).compared(space_id))


def pair_counts(collection: Reader, space_id: int) -> tuple[int, int]:
    """How many pairs are stored of a space, and of how many pictures all pairs have been compared."""
    store = PairStore(collection.catalogue)
    return store.count(space_id), len(store.compared(space_id))
