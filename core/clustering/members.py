"""The pictures of a clustering that are still there, with their vectors."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.clustering.types import ClusterArray, Clustering, FloatArray, IdArray
from core.collection.reader import Reader


@dataclass(frozen=True, eq=False)
class Members:
    """Pictures with their vectors and clusters, row by row.

    Attributes:
        ids: of the pictures, ``(N,)`` int64, ascending.
        vectors: theirs, ``(N, dim)`` float32, L2-normalised; may be a read-only memory map.
        clusters: the cluster of each, ``(N,)`` int32.
        strength: how much each is at home there, ``(N,)`` float32 in ``[0, 1]``.
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
    there = np.isin(stored.ids, clustering.ids) & np.isin(stored.ids, np.array(collection.ids(), np.int64))
    rows = np.flatnonzero(there)
    rows = rows[np.argsort(stored.ids[rows], kind="stable")]
    ids = stored.ids[rows]
    # Mapped vectors that are all wanted in the order in which they lie are not copied.
    whole = len(rows) == len(stored.ids) and bool((np.diff(rows) == 1).all())
    vectors = stored.vectors if whole else np.asarray(stored.vectors[rows], np.float32)
    place = np.searchsorted(clustering.ids, ids)
    return Members(ids, vectors, clustering.clusters[place], clustering.strength[place])
