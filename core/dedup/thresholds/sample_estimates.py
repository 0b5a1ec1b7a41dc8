"""Estimates of the number of duplicates among the candidates, above and below a threshold, from labels.

The candidates are divided into cells by their probability. In each, the pairs judged in the random order are
a simple random sample, at its own rate; a cell's share of duplicates follows from them, and totals follow
from the sizes of the cells (stratified sampling: Cochran, "Sampling Techniques", 1977, chapter 5).

Intervals here are approximate: quantiles of totals drawn from each cell's posterior. Its prior is worth a few
labels that agree with the score, but is never more certain of a small share than Jeffreys's (Brown, Cai and
DasGupta, "Interval estimation for a binomial proportion", 2001), so that a wrong score is corrected. Only the
guarantee on the precision is exact; it is computed elsewhere (`core.dedup.thresholds.precision_guarantee`).

Pairs that were not candidates are not counted: recall is among the candidates. An “unsure” counts against: a
false alarm above, missed below.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ...stats.interval import Interval
from ..labels.labeled_pairs import DUPLICATE, NONE, UNSURE, FloatArray, IntArray, JudgedPairs

EDGES: FloatArray = np.array([0.999, 0.99, 0.95, 0.9, 0.8, 0.65, 0.5, 0.3, 0.1, 0.02, 0.0])
"""Lower ends of the cells, from the top down: finer where most duplicates are. With more cells most would
have no label, and the intervals would be wider.
"""
_PRIOR = 5.0
"""Weight of the score's own probabilities in each cell, in labels."""

_DRAWS = 2000


@dataclass(frozen=True)
class Estimate:
    """A share with its interval; `labels_below` of the labels are below the threshold."""

    value: float
    interval: Interval
    labels_below: int


@dataclass(frozen=True, eq=False)
class Cells:
    """K cells of candidates by probability, highest first; arrays are ``(K,)``.

    Attributes:
        lowest: the lower end of the cell's probabilities.
        pairs: number of candidates.
        labels: number judged in the random order.
        duplicates: number of these that are duplicates.
        unsure: number of these that are “unsure”.
        predicted: the mean probability of the pairs; 0 in an empty cell.
    """

    lowest: FloatArray
    pairs: IntArray
    labels: IntArray
    duplicates: IntArray
    unsure: IntArray
    predicted: FloatArray

    def totals(self, duplicates: IntArray) -> FloatArray:
        """Compute the expected duplicates by cell: those known, and the rest at their rate.

        Without verdicts, the score's own probabilities are used.
        """
        seen = np.maximum(self.labels, 1)
        rate = np.where(self.labels > 0, duplicates / seen, self.predicted)
        return np.asarray(duplicates + (self.pairs - self.labels) * rate)

    def draws(self, duplicates: IntArray, seed: int = 0) -> FloatArray:
        """Draw plausible numbers of duplicates by cell from the posterior, ``(2000, K)``; reproducible for a
        seed.
        """
        rng = np.random.default_rng(seed)
        shape = (_DRAWS, len(self.pairs))
        yes = np.maximum(_PRIOR * self.predicted, 0.5)
        no = np.maximum(_PRIOR * (1 - self.predicted), 0.5)
        share = rng.beta(duplicates + yes, self.labels - duplicates + no, shape)
        return np.asarray(duplicates + rng.binomial(self.pairs - self.labels, share), np.float64)


def cells(pairs: JudgedPairs, edges: FloatArray = EDGES) -> Cells:
    """Divide the candidates into cells whose lower ends are `edges`, descending; the last must be 0."""
    order = np.argsort(pairs.ticket, kind="stable")
    # Cell 0 holds pairs at or above edges[0], cell k those in [edges[k], edges[k - 1]).
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
    """Estimate the share of the candidates' duplicates at or above a threshold.

    None before any pair below the threshold was judged in the random order, if there are such pairs.
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
    if not counted[~above].any():  # none was seen below, so there may be none
        high = 1.0
    return Estimate(
        float(value), Interval(float(min(low, value)), float(max(high, value)), confidence), below
    )


def share_above(totals: FloatArray, above: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> FloatArray:
    """Compute the share of each row's total in the cells `above`; 1 if the total is 0."""
    whole = totals.sum(axis=1)
    return np.asarray(np.where(whole > 0, totals[:, above].sum(axis=1) / np.maximum(whole, 1e-12), 1.0))
