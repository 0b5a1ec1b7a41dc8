"""The pictures of a collection with their vectors, those that show the same counted once."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ..collection.reader import Reader
from ..collection.storage.space_types import VectorRows
from ..errors import ClusteringError
from ..index.equal_vectors import first_equal
from .types import FloatArray, Population


def population(
    collection: Reader, encoder: str | None = None, copies: Iterable[Sequence[int]] = ()
) -> Population:
    """Read every picture outside the bin that has a vector, by ascending id.

    Args:
        collection: whose.
        encoder: whose vectors; None takes the collection's own.
        copies: ids of pictures that show the same, group by group, so that a hundred copies count once;
            equal vectors always do. Unknown ids are ignored.

    Raises:
        ClusteringError: there are no pictures with vectors of this encoder.
    """
    space = collection.space(encoder)
    stored = collection.vectors(encoder=encoder)
    rows = shown_rows(collection, stored)
    if space is None or not len(rows):
        raise ClusteringError(f"“{collection.name}” holds no pictures to group; add some first.")
    ids, vectors = stored.ids[rows], vectors_at(stored, rows)
    owner = _owners(ids, vectors, copies)
    first, place = np.unique(owner, return_inverse=True)
    return Population(ids, vectors, first, place.reshape(-1), space.encoder, space.fingerprint)


def shown_rows(collection: Reader, stored: VectorRows) -> NDArray[np.int64]:
    """Which of these rows are of pictures outside the bin, ``(N,)``, by ascending id."""
    rows = np.flatnonzero(np.isin(stored.ids, np.array(collection.ids(), np.int64)))
    return rows[np.argsort(stored.ids[rows], kind="stable")]


def vectors_at(stored: VectorRows, rows: NDArray[np.int64]) -> FloatArray:
    """The vectors of these rows, ``(len(rows), dim)`` float32.

    Mapped vectors that are all wanted in the order in which they lie are not copied.
    """
    if len(rows) == len(stored.ids) and bool((np.diff(rows) == 1).all()):
        return stored.vectors
    return np.asarray(stored.vectors[rows], np.float32)


def _owners(ids: np.ndarray, vectors: np.ndarray, copies: Iterable[Sequence[int]]) -> np.ndarray:
    """Return for each row the first row that shows the same."""
    above = first_equal(vectors)

    def top(row: int) -> int:
        while above[row] != row:
            above[row] = above[above[row]]
            row = int(above[row])
        return row

    def join(a: int, b: int) -> None:
        a, b = sorted((top(a), top(b)))
        above[b] = a

    place = {int(picture): row for row, picture in enumerate(ids)}
    for group in copies:
        there = [place[i] for i in group if i in place]
        for other in there[1:]:
            join(there[0], other)
    return np.array([top(row) for row in range(len(ids))], np.int64)
