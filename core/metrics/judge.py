"""Relevance judgements: from ranked ids to `Rankings`."""

from collections.abc import Hashable, Iterable, Mapping, Sequence

import numpy as np

from ..stats.arrays import FloatArray, IntArray, Labels, ScoreArray
from .rankings import Rankings

_PADDING = -1


def judge(
    ids: IntArray,
    relevant: Sequence[Iterable[int] | Mapping[int, float]],
    *,
    scores: ScoreArray | None = None,
) -> Rankings:
    """Build rankings from ranked ids and the ids relevant to each query.

    Args:
        ids: ``(Q, K)`` int64, best candidate first, −1 where fewer than K were found.
        relevant: the relevant ids of each query, or gains by id, where those above 0 count as relevant. Those
            that were not ranked count as missed.
        scores: ``(Q, K)``, non-increasing; if given, ties are handled exactly (see `Rankings`).

    Raises:
        ValueError: shapes do not match, a relevant id is negative, a gain is negative, or an id is ranked
            twice for one query.
    """
    _check_ids(ids)
    if len(relevant) != len(ids):
        raise ValueError(f"relevant ids of {len(ids)} queries expected, got those of {len(relevant)}")
    judged = [_sorted_gains(of_query) for of_query in relevant]
    gains = np.zeros(ids.shape, np.float64)
    for row, (known, worth) in enumerate(judged):
        if not len(known):
            continue
        place = np.minimum(np.searchsorted(known, ids[row]), len(known) - 1)
        gains[row] = np.where(known[place] == ids[row], worth[place], 0.0)
    _refuse_repeats(ids, np.flatnonzero(gains))
    width = max((len(worth) for _, worth in judged), default=0)
    ideal = np.zeros((len(ids), width))
    for row, (_, worth) in enumerate(judged):
        ideal[row, : len(worth)] = worth
    if np.all((ideal == 0) | (ideal == 1)):
        return Rankings(gains > 0, np.count_nonzero(ideal, axis=1), scores=scores)
    return Rankings.graded(gains, ideal, scores)


def judge_by_label(
    ids: IntArray,
    query_labels: Labels,
    gallery_ids: IntArray,
    gallery_labels: Labels,
    *,
    own: IntArray | None = None,
    scores: ScoreArray | None = None,
) -> Rankings:
    """Build rankings in which a candidate is relevant if it has the label of the query.

    Args:
        ids: ``(Q, K)`` int64, best candidate first, −1 where fewer than K were found.
        query_labels: one per query. None means no label: nothing is relevant to such a query.
        gallery_ids: ``(N,)`` int64, distinct and not negative: the ids of the whole gallery.
        gallery_labels: one per id. None means no label: such an item is relevant to no query.
        own: ``(Q,)`` int64, the id of each query itself where it may be in the gallery (leave-one-out), else
            −1. It is taken out of its own ranking, which moves up by one rank and ends in padding, and
            does not count as relevant: rank k + 1 candidates to measure at k.
        scores: ``(Q, K)``, non-increasing; if given, ties are handled exactly (see `Rankings`).

    Raises:
        ValueError: shapes do not match, gallery ids repeat or are negative, an id is ranked that is not in
            the gallery, or a relevant id is ranked twice for one query.
    """
    _check_ids(ids)
    if len(query_labels) != len(ids) or len(gallery_labels) != len(gallery_ids):
        raise ValueError("one label per query and one label per gallery id expected")
    codes: dict[Hashable, int] = {}
    asked = _encode(query_labels, codes)
    offered = _encode(gallery_labels, codes)
    gallery = _Gallery(gallery_ids, offered)
    totals = np.bincount(offered[offered >= 0], minlength=len(codes) + 1)
    relevant = np.where(asked >= 0, totals[asked], 0)
    if own is not None:
        if own.shape != (len(ids),):
            raise ValueError(f"own ids of shape ({len(ids)},) expected, got {own.shape}")
        ids, scores = _without_own(ids, own, scores)
        inside = np.isin(own, gallery_ids)
        mine = np.full(len(ids), _PADDING, np.int64)
        mine[inside] = gallery.codes(own[inside])
        relevant = relevant - ((mine == asked) & (asked >= 0))
    # A query without a label must match neither the padding nor the unlabelled: its code is unique.
    gains = gallery.codes(ids) == np.where(asked >= 0, asked, -2)[:, None]
    _refuse_repeats(ids, np.flatnonzero(gains))
    return Rankings(gains, relevant, scores=scores)


class _Gallery:
    """Label codes by id; −1 for no label and for padding."""

    _DENSE = 4

    def __init__(self, ids: IntArray, codes: IntArray) -> None:
        order = np.argsort(ids, kind="stable")
        self._ids, self._codes = np.asarray(ids)[order], codes[order]
        if len(ids) and (self._ids[0] < 0 or np.any(self._ids[1:] == self._ids[:-1])):
            raise ValueError("gallery ids must be distinct and not negative")
        # Looking up ten million ids in a table takes a tenth of the time of a binary search in 100,000;
        # ids are dense row numbers as a rule, and then the table is no larger than they are.
        self._table: IntArray | None = None
        if len(ids) and self._ids[-1] < self._DENSE * len(ids) + 1024:
            self._table = np.full(int(self._ids[-1]) + 2, -2, np.int64)
            self._table[self._ids] = self._codes
            self._table[_PADDING] = -1

    def codes(self, ids: IntArray) -> IntArray:
        """Return the code of each of `ids`, of any shape."""
        if not len(self._ids):
            found = np.where(ids == _PADDING, -1, -2)
        elif self._table is not None:
            within = np.minimum(ids, len(self._table) - 1)
            found = np.where(ids >= len(self._table) - 1, -2, self._table[within])
        else:
            place = np.minimum(np.searchsorted(self._ids, ids), len(self._ids) - 1)
            found = np.where(self._ids[place] == ids, self._codes[place], np.where(ids == _PADDING, -1, -2))
        if np.any(found == -2):
            raise ValueError(f"id {ids[found == -2][0]} was ranked but is not in the gallery")
        return np.asarray(found, np.int64)


def _check_ids(ids: IntArray) -> None:
    if ids.ndim != 2:
        raise ValueError(f"ids of shape (Q, K) expected, got {ids.shape}")
    if ids.size and ids.min() < _PADDING:
        raise ValueError("ids must not be negative, except for the padding −1")


def _sorted_gains(relevant: Iterable[int] | Mapping[int, float]) -> tuple[IntArray, FloatArray]:
    """Return ids in ascending order, and the gain of each."""
    gain_of = relevant if isinstance(relevant, Mapping) else dict.fromkeys(map(int, relevant), 1.0)
    known = np.fromiter(gain_of.keys(), np.int64, len(gain_of))
    worth = np.fromiter(gain_of.values(), np.float64, len(gain_of))
    if len(known) and known.min() < 0:
        raise ValueError("relevant ids must not be negative")
    order = np.argsort(known)
    return known[order], worth[order]


def _encode(labels: Labels, codes: dict[Hashable, int]) -> IntArray:
    """Encode labels as integers, equal for equal labels; −1 for None."""
    names = labels.tolist() if isinstance(labels, np.ndarray) else labels
    return np.array(
        [-1 if name is None else codes.setdefault(name, len(codes)) for name in names], np.int64
    ).reshape(len(labels))


def _without_own(
    ids: IntArray, own: IntArray, scores: ScoreArray | None
) -> tuple[IntArray, ScoreArray | None]:
    depth = ids.shape[1]
    if not depth:
        return ids, scores
    mine = (ids == own[:, None]) & (own >= 0)[:, None]
    if np.any(np.count_nonzero(mine, axis=1) > 1):
        raise ValueError("an id is ranked twice for one query")
    place = np.where(mine.any(axis=1), mine.argmax(axis=1), depth)
    columns = np.arange(depth)
    source = np.minimum(columns + (columns >= place[:, None]), depth - 1)
    moved = np.take_along_axis(ids, source, axis=1)
    moved[place < depth, -1] = _PADDING
    if scores is None:
        return moved, None
    moved_scores = np.take_along_axis(scores, source, axis=1)
    moved_scores[place < depth, -1] = -np.inf
    return moved, moved_scores


def _refuse_repeats(ids: IntArray, hits: IntArray) -> None:
    # Only relevant candidates are checked: a repeat among the others changes no metric's numerator, and
    # looking for it would cost more than all the metrics together.
    if not len(hits):
        return
    row, found = hits // ids.shape[1], ids.ravel()[hits]
    order = np.lexsort((found, row))
    same = (row[order][1:] == row[order][:-1]) & (found[order][1:] == found[order][:-1])
    if np.any(same):
        raise ValueError(f"id {found[order][1:][same][0]} is ranked twice for one query")
