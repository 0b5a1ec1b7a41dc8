"""The choice of the next pair to label.

There are two separate ways. **Chosen*: the most informative pair, uncertain and unlike those already judged
(uncertainty sampling: Lewis and Gale, SIGIR 1994; spread by distance, as in Sener and Savarese, "Active
learning for convolutional neural networks: a core-set approach", ICLR 2018). **Random*: the next pair in the
random order, in the stratum where a label counts most for the guarantee or for the recall; only these
certify, and each stratum's inclusion probability is its share that was drawn.

The choice must not depend on verdicts of the random sample, or a score trained on the chosen labels would
depend on the sample that certifies it. So these verdicts are not used
here: if a chosen pair already has one, it is reused instead of asked again (`Choice.known`).
"""

from dataclasses import dataclass

import numpy as np

from ..thresholds.precision_guarantee import Guarantee
from ..thresholds.sample_estimates import EDGES, Cells, cells
from .labeled_pairs import NONE, BoolArray, FloatArray, IntArray, JudgedPairs

_UNCERTAIN = 500
"""Number of the most uncertain pairs among which the one least like those judged is chosen."""
_BELOW_EVERY = 4
"""One in this many labels is drawn below the threshold, which determines the recall."""


@dataclass(frozen=True, eq=False)
class Choice:
    """Pairs to label, as positions in `JudgedPairs`, in this order.

    Attributes:
        ask: ``(n,)`` int64, without a verdict yet.
        known: ``(m,)`` int64, chosen too, but already judged in the random sample: their verdicts may now be
            used for training (`core.dedup.labels.labels.take_over`).
    """

    ask: IntArray
    known: IntArray


def traits(pairs: JudgedPairs) -> FloatArray:
    """Compute the features of pairs, ``(N, D)``: the probability, and the evidence if known."""
    columns = [pairs.probability]
    seen = [one.evidence for one in pairs.scored]
    if seen:
        columns += [
            np.array([e.cosine for e in seen]),
            np.array([e.cosine_normalised for e in seen]),
            np.array([e.hash_distance for e in seen], np.float64),
            np.log1p(np.array([e.inliers for e in seen], np.float64)),
            np.array([e.inlier_ratio for e in seen]),
            np.array([min(e.overlap_a, e.overlap_b) for e in seen]),
            np.array([e.mirrored for e in seen], np.float64),
        ]
    return np.column_stack(columns)


def choose(pairs: JudgedPairs, n: int = 1) -> Choice:
    """Select the `n` most informative pairs, no two of which share a picture.

    Args:
        pairs: the candidates.
        n: number of pairs; fewer if there are no more.
    """
    free = ~pairs.learnable
    uncertainty = np.where(free, pairs.probability * (1 - pairs.probability), -1.0)
    looked_at = np.lexsort((pairs.ticket, -uncertainty))[: _UNCERTAIN + n]
    looked_at = looked_at[uncertainty[looked_at] >= 0]
    scaled = _scaled(traits(pairs))
    distance = _nearest(scaled[looked_at], scaled[pairs.learnable])
    worth = uncertainty[looked_at] + 1e-6
    open_ = np.ones(len(looked_at), np.bool_)
    ask, known = list[int](), list[int]()
    while len(ask) < n and open_.any():
        best = int(np.argmax(np.where(open_, worth * distance, -1.0)))
        place = int(looked_at[best])
        (ask if pairs.looked_at[place] == NONE else known).append(place)
        open_ &= ~_shares_picture(pairs, looked_at, place)
        step = np.linalg.norm(scaled[looked_at] - scaled[place], axis=1)
        distance = np.minimum(distance, step / (1 + step))
    return Choice(np.array(ask, np.int64), np.array(known, np.int64))


def draw(pairs: JudgedPairs, promise: Guarantee) -> int | None:
    """Draw the next pair of the random sample, as its position; None if all are judged.

    Three in four are drawn at or above the threshold that `promise` could not certify yet; one in four below
    it, in the cell with the most uncertain recall. Any split keeps the guarantee exact: the pair drawn from a
    set is always its first in the random order.
    """
    # If more labels would not certify it, only the recall remains to be estimated.
    trial = promise.next if promise.next is not None and promise.next.more is not None else None
    kept = promise.kept.threshold if promise.kept is not None else None
    frontier = trial.threshold if trial is not None else kept
    if frontier is None:
        frontier = promise.next.threshold if promise.next is not None else 0.0
    above = pairs.probability >= frontier
    edges = np.unique(np.append(EDGES, frontier))[::-1]
    laid = cells(pairs, edges)
    below_labels = int(laid.labels[edges < frontier].sum())
    above_labels = trial.labels if trial is not None else 0
    first_above = _first(pairs, above) if trial is not None else None
    due_below = below_labels * (_BELOW_EVERY - 1) < above_labels and promise.kept is not None
    if first_above is not None and not due_below:
        return first_above
    below = _least_sure(pairs, laid, frontier)
    if below is not None:
        return below
    return _first(pairs, np.ones(len(pairs), np.bool_))


def _first(pairs: JudgedPairs, among: BoolArray) -> int | None:
    places = np.flatnonzero(among & (pairs.looked_at == NONE))
    return int(places[np.argmin(pairs.ticket[places])]) if len(places) else None


def _least_sure(pairs: JudgedPairs, laid: Cells, frontier: float) -> int | None:
    """Return the next pair of the cell below `frontier` where one more label reduces the variance most."""
    edges, n = laid.lowest, laid.labels
    rate = (laid.duplicates + laid.unsure + laid.predicted) / (n + 1)
    # Neyman: the variance of a cell's total is N² p(1 − p)/n; with a little added, no cell counts as known.
    gain = laid.pairs**2 * (rate * (1 - rate) + 1e-3) * (1 / (n + 0.5) - 1 / (n + 1.5))
    for k in np.argsort(-gain, kind="stable"):
        if edges[k] >= frontier or laid.pairs[k] == 0:
            continue
        top = edges[k - 1] if k else np.inf
        place = _first(pairs, (pairs.probability >= edges[k]) & (pairs.probability < top))
        if place is not None:
            return place
    return None


def _scaled(traits: FloatArray) -> FloatArray:
    spread = traits.std(axis=0) if len(traits) else np.ones(traits.shape[1])
    return (
        np.asarray((traits - traits.mean(axis=0)) / np.where(spread > 0, spread, 1.0))
        if len(traits)
        else traits
    )


def _nearest(points: FloatArray, judged: FloatArray) -> FloatArray:
    """Compute the distance of each point to the nearest judged one, squashed to ``[0, 1]``; 1 if there is
    none.
    """
    if not len(judged) or not len(points):
        return np.ones(len(points))
    from scipy.spatial import cKDTree

    distance, _ = cKDTree(judged).query(points)
    return np.asarray(distance / (1 + distance))


def _shares_picture(pairs: JudgedPairs, places: IntArray, place: int) -> BoolArray:
    a, b = pairs.a[place], pairs.b[place]
    first, second = pairs.a[places], pairs.b[places]
    return np.asarray((first == a) | (first == b) | (second == a) | (second == b))
