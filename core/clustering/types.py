"""Data types of clustering: pictures with their vectors, and their clusters."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IdArray = NDArray[np.int64]
ClusterArray = NDArray[np.int32]

Method = str
"""How clusters are found: the name of one of `core.clustering.algorithms.registry.METHODS`, or ``events`` for
those of a photo library, by time, place and sight."""

Preparation = Literal["none", "whiten", "umap"]
"""What is done to the vectors before they are clustered."""

NOISE = -1
"""The cluster of pictures that belong nowhere."""


@dataclass(frozen=True, eq=False)
class Population:
    """Pictures with their vectors, those that show the same counted once.

    Attributes:
        ids: of the pictures, ``(N,)``.
        vectors: theirs, ``(N, dim)`` float32, L2-normalised; may be a read-only memory map.
        first: rows that stand for the pictures that show the same, ``(M,)``, ascending, ``M <= N``.
        owner: for each picture the place in `first` of the one that stands for it, ``(N,)``.
        encoder: name of the encoder of the vectors.
        fingerprint: its fingerprint.
    """

    ids: IdArray
    vectors: FloatArray
    first: NDArray[np.int64]
    owner: NDArray[np.int64]
    encoder: str
    fingerprint: str

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def distinct(self) -> FloatArray:
        """The vectors of the pictures that stand for others, ``(M, dim)`` float32."""
        if len(self.first) == len(self.ids):
            return self.vectors
        return np.asarray(self.vectors[self.first], np.float32)


@dataclass(frozen=True)
class Setup:
    """How a clustering was made; together with the pictures it decides the outcome.

    Attributes:
        method: how the clusters were found.
        k: how many were asked for; None where the method found the number itself, or it was proposed.
        preparation: what was done to the vectors before.
        seed: of all that is random.
        encoder: whose vectors.
        fingerprint: of that encoder.
        pictures: how many pictures there were.
        distinct: how many were left when those that show the same were counted once.
        min_size: the smallest cluster that HDBSCAN was to see; None for other methods.
    """

    method: Method
    k: int | None
    preparation: Preparation
    seed: int
    encoder: str
    fingerprint: str
    pictures: int
    distinct: int
    min_size: int | None = None


@dataclass(frozen=True)
class Measured:
    """What was measured of a clustering, without knowing any labels.

    Attributes:
        seconds: how long it took.
        silhouette: mean over a sample, in ``[-1, 1]`` (Rousseeuw, 1987); None with fewer than two clusters.
        stability: mean adjusted Rand index between clusterings of resampled pictures, at most 1; None
            where it was not measured.
        reason: why there are this many clusters, in a sentence; empty if the user chose the number.
        joined: how many pictures joined the clusters of their neighbours after the run was made.
    """

    seconds: float
    silhouette: float | None = None
    stability: float | None = None
    reason: str = ""
    joined: int = 0


@dataclass(frozen=True, eq=False)
class Clustering:
    """A clustering of pictures.

    Attributes:
        name: what the run is called; empty before it is stored.
        setup: how it was made.
        measured: what was measured of it.
        ids: of the pictures, ``(N,)`` int64, ascending.
        clusters: the cluster of each, ``(N,)`` int32: 0 is the largest, `NOISE` belongs nowhere.
        strength: membership score of each picture in its cluster, ``(N,)`` float32 in ``[0, 1]``; 0 for
            noise.
        id: of the stored run; None before that.
        at: when it was stored; None before that.
    """

    name: str
    setup: Setup
    measured: Measured
    ids: IdArray
    clusters: ClusterArray
    strength: FloatArray
    id: int | None = None
    at: datetime | None = None

    @property
    def k(self) -> int:
        """The number of clusters, without noise."""
        return int(self.clusters.max(initial=NOISE)) + 1

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Pictures of each cluster, ``(k,)``, noise aside."""
        return np.bincount(self.clusters[self.clusters >= 0], minlength=self.k)

    def members(self, cluster: int) -> IdArray:
        """Return the ids of the pictures of one cluster, by descending membership score."""
        rows = np.flatnonzero(self.clusters == cluster)
        return self.ids[rows[np.argsort(-self.strength[rows], kind="stable")]]
