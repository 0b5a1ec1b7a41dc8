"""Which pictures are known to show the same, for those who want to count them once."""

from core.collection.reader import Reader
from core.dedup.groups.complete_linkage import group
from core.dedup.labels.labeled_pairs import judged_pairs
from core.dedup.on_ingest import LIKELY
from core.dedup.scan import pairs


def known_copies(collection: Reader) -> list[tuple[int, ...]]:
    """Ids of near-duplicates group by group, by the pairs compared so far; nothing is scanned."""
    return [one.ids for one in group(judged_pairs(collection, pairs(collection)), LIKELY).groups]
