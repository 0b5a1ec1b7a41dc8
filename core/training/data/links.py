"""Which images show the same photo, by duplicate groups and by verdicts, and where verdicts contradict."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from .dataset import BoolArray, IntArray, TrainingDataset


@dataclass(frozen=True)
class VerdictGroups:
    """Images joined by the verdict “duplicate”.

    Attributes:
        root: ``(N,)``, equal for images that are joined.
        contradictory: rows that are left out, because verdicts about them contradict each other or labels.
        notes: a sentence for each kind of contradiction.
    """

    root: IntArray
    contradictory: frozenset[int]
    notes: tuple[str, ...]


def joined(count: int, pairs: Iterable[tuple[int, int]]) -> IntArray:
    """For each of `count` nodes the number of its connected component under `pairs`, ``(count,)`` int64."""
    edges = np.array(list(pairs), np.int64).reshape(-1, 2)
    graph = coo_matrix((np.ones(len(edges), np.int8), (edges[:, 0], edges[:, 1])), shape=(count, count))
    _, component = connected_components(graph, directed=False)
    return np.asarray(component, np.int64)


def photo_groups(dataset: TrainingDataset) -> IntArray:
    """Numbers ``(N,)``, equal for images of one duplicate group or joined by the verdict “duplicate”.

    Such images never straddle a split, and none is a negative of another.
    """
    _, group = np.unique(dataset.duplicate_groups, return_inverse=True)
    count = len(dataset.ids)
    pairs = [(row, count + int(code)) for row, code in enumerate(group)]
    pairs += [(pair.a, pair.b) for pair in dataset.verdicts if pair.verdict == "duplicate"]
    return joined(count + int(group.max(initial=-1)) + 1, pairs)[:count]


def verdict_groups(dataset: TrainingDataset, use_labels: bool) -> VerdictGroups:
    """Join what was judged a duplicate, and leave out what contradicts.

    Contradictory are: a pair judged both duplicate and different; a pair judged different whose images are
    joined through others; and, where labels are learned from too, duplicates with different labels. Which
    verdict is wrong cannot be known, so all images of such a group are left out.
    """
    same = [(p.a, p.b) for p in dataset.verdicts if p.verdict == "duplicate"]
    apart = [(p.a, p.b) for p in dataset.verdicts if p.verdict == "different"]
    root = joined(len(dataset.ids), same)
    torn = {int(root[a]) for a, b in apart if root[a] == root[b]}
    mislabelled: set[int] = set()
    if use_labels:
        labels = dataset.labels
        mislabelled = {int(root[a]) for a, b in same if labels[a] and labels[b] and labels[a] != labels[b]}
    out = np.flatnonzero(np.isin(root, sorted(torn | mislabelled)))
    notes = []
    if torn:
        notes.append(
            f"{_groups(len(torn))} of duplicates also {_has(len(torn))} a pair judged different; their "
            "images were left out. Look at these verdicts on Duplicates."
        )
    if mislabelled:
        notes.append(
            f"{_groups(len(mislabelled))} of duplicates {_has(len(mislabelled))} images with different "
            "labels; their images were left out. Correct the label or the verdict."
        )
    return VerdictGroups(root, frozenset(int(row) for row in out), tuple(notes))


class NotNegatives:
    """Pairs of images that must not be pushed apart: the same photo, or a pair judged “unsure”."""

    def __init__(self, dataset: TrainingDataset) -> None:
        self._photo = photo_groups(dataset)
        self._count = len(dataset.ids)
        unsure = [(p.a, p.b) for p in dataset.verdicts if p.verdict == "unsure"]
        codes = [a * self._count + b for pair in unsure for a, b in (pair, pair[::-1])]
        self._unsure = np.unique(np.array(codes, np.int64))
        self._unsure_rows = np.unique(np.array(unsure, np.int64))

    def mask(self, a: IntArray, b: IntArray) -> BoolArray:
        """Which pairs of the rows `a` ``(A,)`` and `b` ``(B,)`` are such, ``(A, B)``; row −1 is a text."""
        image = (a >= 0)[:, None] & (b >= 0)[None, :]
        found: BoolArray = image & (self._photo[a][:, None] == self._photo[b][None, :])
        # Few images are in such a pair, and only their rows and columns are looked at.
        some_a = np.flatnonzero(np.isin(a, self._unsure_rows))
        some_b = np.flatnonzero(np.isin(b, self._unsure_rows))
        if len(some_a) and len(some_b):
            part = np.ix_(some_a, some_b)
            found[part] |= np.isin(a[some_a][:, None] * self._count + b[some_b][None, :], self._unsure)
        return found


def _groups(count: int) -> str:
    return f"{count:,} {'group' if count == 1 else 'groups'}"


def _has(count: int) -> str:
    return "has" if count == 1 else "have"
