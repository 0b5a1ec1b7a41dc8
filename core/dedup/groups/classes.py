"""Classes of pictures that one representative replaces when groups are formed.

Pictures of equal pixels are a class. So are many near copies of one picture: a scan cannot compare thousands
of copies with each other, so it compares each with the same few. Two copies that were never compared are
linked if both are linked to most of these.
"""

import numpy as np
from scipy.sparse import csr_matrix

from ..labels.labeled_pairs import IntArray, JudgedPairs

CROWD = 30
"""Number of linked pictures from which not all their pairs may have been compared."""
_REFERENCES, _AGREEING = 8, 5
"""Number of reference members of a crowd, and how many of these another picture must be linked to."""


def stand_ins(pairs: JudgedPairs, parted: set[tuple[int, int]]) -> dict[int, int]:
    """Map pictures of equal pixels to the first of their class.

    Args:
        pairs: with the classes, `JudgedPairs.copies`.
        parted: pairs judged different, each in ascending order: the later of two in one class leaves it.
    """
    stands: dict[int, int] = dict(pairs.copies.tolist())
    for a, b in sorted(parted):
        if stands.get(a, a) == stands.get(b, b):
            stands.pop(b, None)
    return stands


def crowds(count: int, a: IntArray, b: IntArray, unlike: IntArray) -> IntArray:
    """Find the representative of each of `count` pictures, by position, shape ``(count,)``; mostly itself.

    Args:
        count: of pictures.
        a: ``(N,)``, positions of the pictures of the distinct pairs found.
        b: ``(N,)``.
        unlike: ``(M, 2)``, pairs that were compared and not found or judged different: never in one class.
    """
    stand = np.arange(count)
    degree = np.bincount(a, minlength=count) + np.bincount(b, minlength=count)
    if degree.max(initial=0) < CROWD:
        return stand
    ones = np.ones(2 * len(a), np.int32)
    alike = csr_matrix((ones, (np.concatenate([a, b]), np.concatenate([b, a]))), shape=(count, count))
    free = np.ones(count, np.bool_)
    for one in np.argsort(-degree, kind="stable")[: int((degree >= CROWD).sum())].tolist():
        near = alike.indices[alike.indptr[one] : alike.indptr[one + 1]]
        near = np.sort(near[free[near]])
        if not free[one] or len(near) < CROWD:
            continue
        references = near[np.argsort(-degree[near], kind="stable")[:_REFERENCES]]
        # A reference counts as linked to itself.
        rows = [references, *(alike.indices[alike.indptr[r] : alike.indptr[r + 1]] for r in references)]
        theirs = np.concatenate(rows)
        at = np.minimum(np.searchsorted(near, theirs), len(near) - 1)
        shared = np.bincount(at[near[at] == theirs], minlength=len(near))
        members = _agreeing(np.array([one, *near[shared >= _AGREEING].tolist()]), unlike)
        if len(members) > CROWD:
            stand[members] = members.min()
            free[members] = False
    return stand


def _agreeing(members: IntArray, unlike: IntArray) -> IntArray:
    """Select members of which no two are unlike: those in the fewest unlike pairs stay, then the first."""
    inside = unlike[np.isin(unlike, members).all(axis=1)]
    if not len(inside):
        return members
    against: dict[int, set[int]] = {}
    for x, y in inside.tolist():
        against.setdefault(x, set()).add(y)
        against.setdefault(y, set()).add(x)
    kept: set[int] = set()
    for i in sorted(members.tolist(), key=lambda i: (len(against.get(i, ())), i)):
        if not against.get(i, set()) & kept:
            kept.add(i)
    return np.array(sorted(kept))
