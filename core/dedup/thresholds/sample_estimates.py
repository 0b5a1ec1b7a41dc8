"""How many duplicates there are among the candidates, above and below a threshold, from labels.

The candidates are laid into cells by their probability. In each, the pairs judged in the random order are a
simple random sample, at a rate of its own; a cell's share of duplicates follows from them, and totals follow
from the sizes of the cells (stratified sampling: Cochran, "Sampling Techniques", 1977, chapter 5).

Intervals here are approximate: quantiles of totals drawn from each cell's posterior. Its prior is worth a few
labels that say what the score says, but is nowhere surer of a small share than Jeffreys's (Brown, Cai and
DasGupta, "Interval estimation for a binomial proportion", 2001), so that a score that is wrong does not stay
right. Only the promise on the precision is exact, and that is made elsewhere
(`core.dedup.thresholds.precision_guarantee`).

Pairs that nothing proposed are not counted: recall is among the candidates. An “unsure” counts against: a
false alarm above, missed below.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ...stats.interval import Interval
from ..labels.labeled_pairs import DUPLICATE, NONE, UNSURE, FloatArray, IntArray, JudgedPairs

EDGES: FloatArray = np.array([0.999, 0.99, 0.95, 0.9, 0.8, 0.65, 0.5, 0.3, 0.1, 0.02, 0.0])
"""Lower ends of the cells, from the top down: finer where most duplicates are. With more of them most would
hold no label, and the intervals would be wider."""
_PRIOR = 5.0
"""Labels that the score's own probabilities count as in each cell."""

_DRAWS = 2000


@dataclass(frozen=True)
class Estimate:
    """A share with its interval; `labels_below` of the labels lie below the threshold."""

    value: float
    interval: Interval
    labels_below: int


@dataclass(frozen=True, eq=False)
class Cells:
    """K cells of candidates by probability, highest first; arrays are ``(K,)``.

    Attributes:
        lowest: the probability from which on a pair lies in the cell.
        pairs: how many candidates lie there.
        labels: how many were judged in the random order.
        duplicates: how many of these are duplicates.
        unsure: how many of these are “unsure”.
        predicted: the mean probability of the pairs; 0 in an empty cell.
    """

    lowest: FloatArray
    pairs: IntArray
    labels: IntArray
    duplicates: IntArray
    unsure: IntArray
    predicted: FloatArray

    def totals(self, duplicates: IntArray) -> FloatArray:
        """Expected duplicates by cell: those known, and the rest at their rate.

        Where nothing was judged, the score's own probabilities stand in.
        """
        seen = np.maximum(self.labels, 1)
        rate = np.where(self.labels > 0, duplicates / seen, self.predicted)
        return np.asarray(duplicates + (self.pairs - self.labels) * rate)

    def draws(self, duplicates: IntArray, seed: int = 0) -> FloatArray:
        """Plausible numbers of duplicates by cell, ``(2000, K)``; the same seed gives the same."""
        rng = np.random.default_rng(seed)
        shape = (_DRAWS, len(self.pairs))
        yes = np.maximum(_PRIOR * self.predicted, 0.5)
        no = np.maximum(_PRIOR * (1 - self.predicted), 0.5)
        share = rng.beta(duplicates + yes, self.labels - duplicates + no, shape)
        return np.asarray(duplicates + rng.binomial(self.pairs - self.labels, share), np.float64)


def cells(pairs: JudgedPairs, edges: FloatArray = EDGES) -> Cells:
    """Lay the candidates into cells whose lower ends are `edges`, falling; the last has to be 0."""
    order = np.argsort(pairs.ticket, kind="stable")
    # Cell 0 holds what lies at or above edges[0], cell k what lies in [edges[k], edges[k - 1]).
    cell = np.searchsorted(-edges, -pairs.probability[order], side="left")
    verdict = pairs.looked_at[order]
    by_cell = np.argsort(cell, kind="stable")
    starts = np.searchsorted(cell[by_cell], np.arange(len(edges) + 1))
    counts = np.zeros((len(edges), 3), np.int64)
    for k, (start, stop) in enumerate(pairwise(starts)):
        said = verdict[by_cell[start:stop]]
        unjudged = said == NONE
        said = said[: int(np.argmax(unjudged))] if unjudged.any() else said
        counts[k] = len(said), np.count_nonzero(said == DUPLICATE), np.count_nonzero(said == UNSURE)
    sizes = np.diff(starts)
    sums = np.bincount(cell, weights=pairs.probability[order], minlength=len(edges))
    predicted = sums / np.maximum(sizes, 1)
    return Cells(edges, sizes.astype(np.int64), counts[:, 0], counts[:, 1], counts[:, 2], predicted)


def recall_at(pairs: JudgedPairs, threshold: float, confidence: float = 0.95) -> Estimate | None:
    """The share of the duplicates among the candidates that lie at or above a threshold.

    None before any pair below the threshold was judged in the random order, where there are such pairs.
    """
    edges = np.unique(np.append(EDGES, threshold))[::-1]
    laid = cells(pairs, edges)
    above = edges >= threshold
    below = int(laid.labels[~above].sum())
    if not below and laid.pairs[~above].any():
        return None
    counted = np.where(above, laid.duplicates, laid.duplicates + laid.unsure)
    value = share_above(laid.totals(counted)[None], above)[0]
    shares = share_above(laid.draws(counted), above)
    tail = (1 - confidence) / 2
    low, high = np.quantile(shares, [tail, 1 - tail])
    if not counted[~above].any():  # none was seen below, so perhaps none is there
        high = 1.0
    return Estimate(
        float(value), Interval(float(min(low, value)), float(max(high, value)), confidence), below
    )


def share_above(totals: FloatArray, above: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> FloatArray:
    """Which share of each row's total lies in the cells `above`; 1 where there is nothing at all."""
    whole = totals.sum(axis=1)
    return np.asarray(np.where(whole > 0, totals[:, above].sum(axis=1) / np.maximum(whole, 1e-12), 1.0))
