"""Which pictures are known to show the same, for those who want to count them once."""

from core.collection.reader import Reader
from core.dedup.door import LIKELY
from core.dedup.groups import group
from core.dedup.judged import judged_pairs
from core.dedup.scan import pairs


def known_copies(collection: Reader) -> list[tuple[int, ...]]:
    """Ids of near-duplicates group by group, by the pairs compared so far; nothing is scanned."""
    return [one.ids for one in group(judged_pairs(collection, pairs(collection)), LIKELY).groups]
