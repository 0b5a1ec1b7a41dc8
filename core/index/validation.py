"""What an index refuses: vectors, ids and questions that have no sensible answer."""

import numpy as np

from ..errors import IndexingError
from .base import FloatArray, IdArray

_HIGHEST_ID = 2**31 - 1
"""Ids are rows of a catalogue; an index keeps four bytes for each one up to the highest."""


def check_vectors(vectors: FloatArray, dim: int) -> None:
    """Refuse vectors of another shape than ``(N, dim)``, and such as are zero, infinite or not a number.

    Raises:
        IndexingError: says which vector, and what is wrong with it.
    """
    if vectors.ndim != 2 or vectors.shape[1] != dim:
        raise IndexingError(f"Vectors of length {dim} expected, shape (N, {dim}); got {vectors.shape}.")
    # One pass: the squared length is NaN or infinite where any number is, and zero where all are.
    squares = np.einsum("ij,ij->i", vectors, vectors)
    bad = ~((squares > 0) & np.isfinite(squares))
    if bad.any():
        at = int(np.argmax(bad))
        what = "is zero" if squares[at] == 0 else "holds a number that is infinite or none"
        raise IndexingError(f"Vector {at} {what}, so nothing is near it; make it again from its picture.")


def check_ids(ids: IdArray, count: int) -> None:
    """Refuse ids that are not `count` different numbers from 0 to 2³¹ − 1.

    Raises:
        IndexingError: says what is wrong with them.
    """
    if ids.ndim != 1 or len(ids) != count:
        raise IndexingError(f"{count} vectors need {count} ids, got {ids.shape}.")
    if count and (int(ids.min()) < 0 or int(ids.max()) > _HIGHEST_ID):
        raise IndexingError(f"Ids must lie between 0 and {_HIGHEST_ID:,}.")
    # Ids mostly come in order, and then this costs a comparison each instead of a sort.
    if count > 1 and not bool((ids[1:] > ids[:-1]).all()) and len(np.unique(ids)) < count:
        raise IndexingError("The same id was given twice.")


def check_question(queries: FloatArray, k: int, dim: int) -> None:
    """Refuse a `k` that is not positive, and queries of another shape than ``(Q, dim)``, zero or not finite.

    Raises:
        IndexingError: says what is wrong.
    """
    if k < 1:
        raise IndexingError(f"k ≥ 1 expected, got {k}.")
    # One query is the common case, and a twentieth of a fast search would go into the general check.
    if queries.shape != (1, dim) or not 0.0 < float(np.vdot(queries, queries)) < np.inf:
        check_vectors(queries, dim)
