"""Known near-duplicates, for callers that count them once."""

from ...collection.reader import Reader
from ..labels.labeled_pairs import judged_pairs
from ..on_ingest import LIKELY
from ..scan import pairs
from .complete_linkage import group


def known_copies(collection: Reader) -> list[tuple[int, ...]]:
    """Return the ids of near-duplicates by group, from the pairs compared so far, without a scan."""
    return [one.ids for one in group(judged_pairs(collection, pairs(collection)), LIKELY).groups]
