"""The score learns from a collection's labels; how well its probabilities hold is shown on others."""

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
    """Scan; where that is the first time and verdicts are there already, the score learns from them at once.

    They come with an import, or with the sample catalogue, whose drawn look-alikes the score as it ships
    takes for copies. Later it learns only when it is told to, because that begins every promise anew.

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    space = collection.space()
    # Looking for newcomers compares pairs too, but only a scan goes through a picture's pairs to the end.
    first = space is not None and not PairStore(collection.catalogue).compared(space.id)
    first = first and not model_store.load(collection).labels
    report = scanning.scan(collection, monitor=monitor)
    if first and not report.cancelled:
        with suppress(DedupError):  # too few verdicts, or all say the same
            learn(collection, judged_pairs(collection, scanning.pairs(collection)))
    return report


def learn(collection: Collection, pairs: JudgedPairs) -> Judge:
    """Refit the score on the labels that it may learn from, and keep it with the collection.

    Labels of the random sample are left out: they certify the score, and it must not know them.

    Args:
        collection: where the score is kept.
        pairs: what `core.dedup.labels.labeled_pairs.judged_pairs` gave of it, evidence included.

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
