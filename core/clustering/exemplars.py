"""Exemplars of a cluster, and pictures at its border."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import ClusteringError
from .types import NOISE, Clustering, FloatArray, IdArray, Population

_COMPARED = 1_000
"""Pictures of a cluster that are compared with one another: of more, those at even distances in order of how
much they are at home."""


@dataclass(frozen=True)
class Representatives:
    """Ids of pictures, those that show the same counted once.

    Attributes:
        medoid: the picture with the largest mean cosine to all of the cluster.
        typical: pictures that together stand for the cluster, the medoid first.
        boundary: pictures that are nearly as close to another cluster's centre, or closer, nearest to the
            border first; empty where there is no other cluster.
    """

    medoid: int
    typical: tuple[int, ...]
    boundary: tuple[int, ...]


def representatives(people: Population, clustering: Clustering, cluster: int, n: int = 12) -> Representatives:
    """Choose at most `n` typical pictures of a cluster, and at most `n` at its border.

    The typical ones are chosen one by one so that every picture of the cluster is as similar as can be to one
    of them: greedy facility location (Lin and Bilmes, "A class of submodular functions for document
    summarization", ACL 2011). So they are neither ten pictures of one kind nor the odd ones.

    Raises:
        ClusteringError: there is no such cluster, or all its pictures are gone.
    """
    if not 0 <= cluster < clustering.k:
        raise ClusteringError(f"There is no cluster {cluster + 1}; there are {clustering.k}.")
    rows, clusters, strength = _there(people, clustering)
    own = rows[clusters == cluster]
    if len(own) == 0:
        raise ClusteringError(f"The pictures of cluster {cluster + 1} are all gone; cluster again.")
    vectors = np.asarray(people.vectors[own], np.float32)
    # The mean cosine to all of a cluster is the cosine with its mean, up to a factor.
    near = vectors @ vectors.mean(axis=0)
    medoid = int(np.argmax(near))
    typical = _cover(vectors, strength[clusters == cluster], medoid, n)
    centres = _centres(people.vectors, rows, clusters)
    margin = _margins(vectors, centres, cluster)
    border = [] if margin is None else np.argsort(margin, kind="stable")[:n].tolist()
    ids = people.ids[own]
    return Representatives(
        int(ids[medoid]), tuple(int(ids[i]) for i in typical), tuple(int(ids[i]) for i in border)
    )


def _there(
    people: Population, clustering: Clustering
) -> tuple[NDArray[np.int64], NDArray[np.int32], FloatArray]:
    """Rows of the distinct pictures that are in a cluster, with the cluster and strength of each."""
    ids: IdArray = people.ids[people.first]
    place = np.searchsorted(clustering.ids, ids)
    known = place < len(clustering.ids)
    known[known] = clustering.ids[place[known]] == ids[known]
    known[known] = clustering.clusters[place[known]] != NOISE
    place = place[known]
    return people.first[known], clustering.clusters[place], clustering.strength[place]


def _cover(vectors: FloatArray, strength: FloatArray, medoid: int, n: int) -> list[int]:
    """Greedy facility location from the medoid on; returns places."""
    rows = np.arange(len(vectors))
    if len(rows) > _COMPARED:
        order = np.argsort(-strength, kind="stable")
        rows = order[np.linspace(0, len(order) - 1, _COMPARED).astype(np.intp)]
        rows = np.unique(np.append(rows, medoid))
    cosine = vectors[rows] @ vectors[rows].T
    chosen = [int(np.flatnonzero(rows == medoid)[0])]
    covered = cosine[chosen[0]].copy()
    while len(chosen) < min(n, len(rows)):
        gain = np.maximum(cosine - covered, 0).sum(axis=1)
        gain[chosen] = -1
        best = int(np.argmax(gain))
        chosen.append(best)
        np.maximum(covered, cosine[best], out=covered)
    return [int(row) for row in rows[chosen]]


def _centres(
    vectors: FloatArray, rows: NDArray[np.int64], clusters: NDArray[np.int32]
) -> dict[int, FloatArray]:
    """The direction of the mean of each cluster that has pictures."""
    centres = {}
    for cluster in np.unique(clusters).tolist():
        mean = vectors[rows[clusters == cluster]].mean(axis=0)
        centres[cluster] = mean / max(float(np.linalg.norm(mean)), 1e-12)
    return centres


def _margins(vectors: FloatArray, centres: dict[int, FloatArray], cluster: int) -> NDArray[np.float32] | None:
    """How much closer each is to its own centre than to the next, in cosine; None without another one."""
    others = [centre for other, centre in centres.items() if other != cluster]
    if not others:
        return None
    margin: NDArray[np.float32] = vectors @ centres[cluster] - (vectors @ np.stack(others).T).max(axis=1)
    return margin
