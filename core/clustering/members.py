"""The pictures of a clustering that are still there, with their vectors."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..collection.reader import Reader
from .dataset import shown_rows, vectors_at
from .types import ClusterArray, Clustering, FloatArray, IdArray


@dataclass(frozen=True, eq=False)
class Members:
    """Pictures with their vectors and clusters, row by row.

    Attributes:
        ids: of the pictures, ``(N,)`` int64, ascending.
        vectors: theirs, ``(N, dim)`` float32, L2-normalised; may be a read-only memory map.
        clusters: the cluster of each, ``(N,)`` int32.
        strength: membership score of each, ``(N,)`` float32 in ``[0, 1]``.
    """

    ids: IdArray
    vectors: FloatArray
    clusters: ClusterArray
    strength: FloatArray

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, cluster: int) -> NDArray[np.intp]:
        """Rows of the pictures of a cluster, ascending."""
        return np.flatnonzero(self.clusters == cluster)


def members(collection: Reader, clustering: Clustering) -> Members:
    """Read the pictures of a clustering that are outside the bin and have a vector of its encoder."""
    stored = collection.vectors(encoder=clustering.setup.encoder)
    rows = shown_rows(collection, stored)
    rows = rows[np.isin(stored.ids[rows], clustering.ids)]
    ids, vectors = stored.ids[rows], vectors_at(stored, rows)
    place = np.searchsorted(clustering.ids, ids)
    return Members(ids, vectors, clustering.clusters[place], clustering.strength[place])
