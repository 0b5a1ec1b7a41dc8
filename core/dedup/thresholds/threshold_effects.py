"""Effects of a threshold: what it finds, its precision and recall, and the difference between two thresholds.

Pure and fast, for a slider, without access to the collection.
"""

from dataclasses import dataclass

import numpy as np

from ...errors import DedupError
from ..groups.complete_linkage import Grouping, group
from ..labels.labeled_pairs import DIFFERENT, DUPLICATE, NONE, FloatArray, IntArray, JudgedPairs
from .sample_estimates import EDGES, cells


@dataclass(frozen=True)
class Effect:
    """The effect of a threshold on the candidates: pairs that count as duplicates, and their groups."""

    threshold: float
    pairs: int
    grouping: Grouping


@dataclass(frozen=True, eq=False)
class Change:
    """Pairs that change between two thresholds, as positions in `JudgedPairs`, most probable first.

    `gained` are found at the second and not at the first, `lost` the other way round; one of them is empty.
    Judged pairs never change.
    """

    gained: IntArray
    lost: IntArray


@dataclass(frozen=True, eq=False)
class Curve:
    """Precision and recall at T thresholds, descending, with bands; arrays are ``(T,)``, in ``[0, 1]``.

    Estimates from the random sample, weighted by how much of each cell of candidates it covers; for a cell
    without labels, the score's own probabilities are used and the band is wide. Bands are approximate and
    pointwise (see `core.dedup.thresholds.sample_estimates`).
    """

    thresholds: FloatArray
    precision: FloatArray
    precision_low: FloatArray
    precision_high: FloatArray
    recall: FloatArray
    recall_low: FloatArray
    recall_high: FloatArray
    labels: int
    confidence: float


@dataclass(frozen=True, eq=False)
class Histogram:
    """Numbers of pairs per bin of probability; `edges` ``(B + 1,)`` ascending, counts ``(B,)``."""

    edges: FloatArray
    unjudged: IntArray
    duplicates: IntArray
    different: IntArray
    unsure: IntArray


def effect(pairs: JudgedPairs, threshold: float) -> Effect:
    """Compute the pairs found at a threshold, including verdicts, and their groups."""
    found = int(np.count_nonzero(pairs.found(threshold))) + len(pairs.joined)
    return Effect(threshold, found, group(pairs, threshold))


def histogram(pairs: JudgedPairs, bins: int = 50) -> Histogram:
    """Compute a histogram of candidates by probability and verdict, in bins of equal width from 0 to 1."""
    edges = np.linspace(0, 1, bins + 1)
    place = np.minimum((pairs.probability * bins).astype(np.int64), bins - 1)
    counts = np.bincount(place * 4 + pairs.verdict, minlength=bins * 4).reshape(bins, 4)
    return Histogram(edges, counts[:, 0], counts[:, 1], counts[:, 2], counts[:, 3])


def change(pairs: JudgedPairs, before: float, after: float) -> Change:
    """Find the pairs that change when the threshold moves."""
    was, is_ = pairs.found(before), pairs.found(after)
    return Change(_most_probable(pairs, is_ & ~was), _most_probable(pairs, was & ~is_))


def _most_probable(pairs: JudgedPairs, which: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> IntArray:
    places = np.flatnonzero(which)
    return places[np.argsort(-pairs.probability[places], kind="stable")]


def curve(pairs: JudgedPairs, confidence: float = 0.95) -> Curve:
    """Estimate the precision–recall curve from the random sample, with bands.

    Raises:
        DedupError: no pair was judged in the random sample, or fewer than ten.
    """
    laid = cells(pairs)
    labels = int(laid.labels.sum())
    if labels < 10:
        raise DedupError(
            f"The curve needs at least ten randomly drawn labels; there {'is' if labels == 1 else 'are'} "
            f"{labels or 'none yet'}. Label pairs from the random sample first."
        )
    filled = np.cumsum(laid.pairs) > 0
    above = np.tri(len(EDGES), dtype=np.float64)  # row t: the cells at or above threshold t
    size = np.maximum(above @ laid.pairs, 1)
    totals = laid.totals(laid.duplicates)
    draws = laid.draws(laid.duplicates)
    precision, recall = (above @ totals) / size, (above @ totals) / max(float(totals.sum()), 1e-12)
    found = draws @ above.T
    whole = np.maximum(draws.sum(axis=1, keepdims=True), 1e-12)
    tail = (1 - confidence) / 2
    p_low, p_high = np.quantile(found / size, [tail, 1 - tail], axis=0)
    r_low, r_high = np.quantile(found / whole, [tail, 1 - tail], axis=0)
    return Curve(
        EDGES[filled],
        precision[filled],
        np.minimum(p_low, precision)[filled],
        np.maximum(p_high, precision)[filled],
        recall[filled],
        np.minimum(r_low, recall)[filled],
        np.maximum(r_high, recall)[filled],
        labels,
        confidence,
    )


def label_counts(pairs: JudgedPairs) -> dict[str, int]:
    """Count the candidates judged “duplicate”, “different” and “unsure”, and those not judged."""
    return {
        "duplicate": int(np.count_nonzero(pairs.verdict == DUPLICATE)) + len(pairs.joined),
        "different": int(np.count_nonzero(pairs.verdict == DIFFERENT)) + len(pairs.parted),
        "unsure": int(np.count_nonzero(pairs.verdict > DIFFERENT)),
        "unjudged": int(np.count_nonzero(pairs.verdict == NONE)),
    }
