"""Validation of vectors, ids and queries."""

import numpy as np

from ..errors import IndexingError
from .base import FloatArray, IdArray

_HIGHEST_ID = 2**31 - 1
"""Ids are rows of a catalogue; an index keeps four bytes for each one up to the highest."""


def check_vectors(vectors: FloatArray, dim: int) -> None:
    """Validate vectors: their shape is ``(N, dim)``, and none is zero, infinite or NaN.

    Raises:
        IndexingError: one is invalid; the message says which, and why.
    """
    if vectors.ndim != 2 or vectors.shape[1] != dim:
        raise IndexingError(f"Vectors of length {dim} expected, shape (N, {dim}); got {vectors.shape}.")
    # One pass: the squared norm is NaN or infinite if any number is, and zero if all are.
    squares = np.einsum("ij,ij->i", vectors, vectors)
    bad = ~((squares > 0) & np.isfinite(squares))
    if bad.any():
        at = int(np.argmax(bad))
        what = "is zero" if squares[at] == 0 else "contains an infinite value or NaN"
        raise IndexingError(f"Vector {at} {what}, so nothing is near it; make it again from its picture.")


def check_ids(ids: IdArray, count: int) -> None:
    """Validate ids: `count` different numbers from 0 to 2³¹ − 1.

    Raises:
        IndexingError: they are not; the message says why.
    """
    if ids.ndim != 1 or len(ids) != count:
        raise IndexingError(f"{count} vectors need {count} ids, got {ids.shape}.")
    if count and (int(ids.min()) < 0 or int(ids.max()) > _HIGHEST_ID):
        raise IndexingError(f"Ids must lie between 0 and {_HIGHEST_ID:,}.")
    # Ids are mostly sorted, and then this takes a comparison each instead of a sort.
    if count > 1 and not bool((ids[1:] > ids[:-1]).all()) and len(np.unique(ids)) < count:
        raise IndexingError("The same id was given twice.")


def check_question(queries: FloatArray, k: int, dim: int) -> None:
    """Validate a search: `k` is positive, and queries have shape ``(Q, dim)``, are finite and not zero.

    Raises:
        IndexingError: one of these does not hold.
    """
    if k < 1:
        raise IndexingError(f"k ≥ 1 expected, got {k}.")
    # One query is the common case, and the general check would take a twentieth of a fast search.
    if queries.shape != (1, dim) or not 0.0 < float(np.vdot(queries, queries)) < np.inf:
        check_vectors(queries, dim)
