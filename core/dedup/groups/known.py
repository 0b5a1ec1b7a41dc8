"""Which pictures are known to show the same, for those who want to count them once."""

from ...collection.reader import Reader
from ..labels.labeled_pairs import judged_pairs
from ..on_ingest import LIKELY
from ..scan import pairs
from .complete_linkage import group


def known_copies(collection: Reader) -> list[tuple[int, ...]]:
    """Ids of near-duplicates group by group, by the pairs compared so far; nothing is scanned."""
    return [one.ids for one in group(judged_pairs(collection, pairs(collection)), LIKELY).groups]
