"""Training of the score on a collection's labels."""

from contextlib import suppress

import numpy as np

from ...collection.collection import Collection
from ...errors import DedupError
from ...jobs import Monitor
from .. import scan as scanning
from ..labels.labeled_pairs import DIFFERENT, DUPLICATE, JudgedPairs, judged_pairs
from ..labels.labels import FEWEST
from ..scan import ScanReport
from ..store import PairStore
from . import model_store
from .model import Judge, default_judge


def scan_and_learn(collection: Collection, monitor: Monitor | None = None) -> ScanReport:
    """Scan; on the first scan, the score is also trained on existing verdicts.

    These come from an import, or from the sample catalogue, whose drawn look-alikes the default score takes
    for copies. Later it is trained only on request, because training invalidates every guarantee.

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    space = collection.space()
    # Checking new pictures compares pairs too, but only a scan processes all pairs of a picture.
    first = space is not None and not PairStore(collection.catalogue).compared(space.id)
    first = first and not model_store.load(collection).labels
    report = scanning.scan(collection, monitor=monitor)
    if first and not report.cancelled:
        with suppress(DedupError):  # too few verdicts, or all say the same
            learn(collection, judged_pairs(collection, scanning.pairs(collection)))
    return report


def learn(collection: Collection, pairs: JudgedPairs) -> Judge:
    """Refit the score on the labels allowed for training, and store it with the collection.

    Labels of the random sample are excluded: they certify the score, which must not be trained on them.

    Args:
        collection: where the score is stored.
        pairs: its pairs from `core.dedup.labels.labeled_pairs.judged_pairs`, including evidence.

    Raises:
        DedupError: there are fewer than ten such labels, or all say the same.
    """
    known = pairs.learnable & ((pairs.verdict == DUPLICATE) | (pairs.verdict == DIFFERENT))
    places = np.flatnonzero(known).tolist()
    duplicate = pairs.verdict[known] == DUPLICATE
    if len(places) < FEWEST:
        raise DedupError(
            f"The score learns from {FEWEST} labels or more; there {'is' if len(places) == 1 else 'are'} "
            f"{len(places) or 'none'}, the random sample left aside. Label pairs that the app chooses."
        )
    if duplicate.all() or not duplicate.any():
        kind, other = ("duplicate", "different") if duplicate.all() else ("different", "duplicate")
        raise DedupError(
            f"All {len(places):,} labels that the score may learn from say “{kind}”; judge some “{other}” "
            "first."
        )
    judge = default_judge().refit([pairs.scored[i].evidence for i in places], duplicate)
    model_store.save(judge, collection)
    return judge
