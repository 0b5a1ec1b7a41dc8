"""From vectors to clusters: prepare, decide how many, cluster, and measure."""

from dataclasses import dataclass

import numpy as np

from ...errors import ClusteringError
from ...jobs import Monitor
from ..assign_new import vote
from ..types import FloatArray, Method, Preparation
from .base import Partition
from .method import Wanted
from .pca import along
from .preprocess import UMAP_UP_TO, prepare
from .registry import METHODS, find_method
from .select_k import Proposal, propose_k, silhouette

_MEASURED = 2000
"""Pictures that the silhouette of the outcome is the mean over."""
_VOTING_AXES = 128
_SHARE = 40
"""The smallest cluster is one fortieth of the pictures where none was chosen."""
SMALLEST = 5


def usual_size(count: int) -> int:
    """The smallest cluster to see among so many pictures, where none was chosen."""
    return max(SMALLEST, count // _SHARE)


@dataclass(frozen=True, eq=False)
class Fitted:
    """What came of it: who is with whom, what the number of clusters was proposed by, and the silhouette.

    Attributes:
        partition: of the vectors.
        proposal: None where the number was given, or the method found it.
        silhouette: over the cosine distances of a sample of the vectors; None with fewer than two clusters.
        min_size: the smallest cluster that a method by density was to see; None for other methods.
    """

    partition: Partition
    proposal: Proposal | None
    silhouette: float | None
    min_size: int | None


def fit(
    vectors: FloatArray,
    method: Method,
    k: int | None,
    preparation: Preparation,
    seed: int,
    min_size: int | None,
    monitor: Monitor,
) -> Fitted:
    """Cluster vectors of pictures that all count once.

    Where UMAP comes first and there are more than `UMAP_UP_TO`, a sample of so many is clustered, and the
    others join the clusters of their neighbours in it.

    Args:
        vectors: ``(M, dim)`` float32, L2-normalised.
        method: which.
        k: how many clusters, from 2 to M; None proposes a number, or lets the method find it.
        preparation: what is done to the vectors before.
        seed: of all that is random.
        min_size: smallest cluster of a method by density; None takes one fortieth of the pictures.
        monitor: receives the progress, and may stop the work.

    Raises:
        ClusteringError: there are too few or too many for the method or the preparation, or all is noise.
        Cancelled: the monitor was asked to stop.
    """
    rows = np.arange(len(vectors))
    chosen = find_method(method)
    chosen.check(len(vectors))
    if preparation == "umap" and len(vectors) > UMAP_UP_TO:
        rows = np.sort(np.random.default_rng(seed).permutation(len(vectors))[:UMAP_UP_TO])
    monitor.say("Preparing the vectors")
    points = prepare(vectors if len(rows) == len(vectors) else vectors[rows], preparation, seed, monitor)
    monitor.check()
    proposal, smallest = None, None
    if chosen.by_density:
        smallest = min_size or usual_size(len(rows))
        monitor.say("Looking for dense places")
    else:
        if k is None:
            proposal = propose_k(points, seed, monitor.subtask())
            k = proposal.k
        monitor.say(f"Finding {k} clusters")
    found = chosen.fit(points, Wanted(k or 0, smallest or 0, seed), monitor)
    if len(rows) < len(vectors):
        found = _joined(vectors, rows, found, monitor)
    monitor.say("Measuring the clusters")
    return Fitted(found, proposal, sampled_silhouette(vectors, found, seed), smallest)


def _joined(vectors: FloatArray, rows: np.ndarray, found: Partition, monitor: Monitor) -> Partition:
    """Assign all pictures to the clusters of a sample, by their neighbours in it."""
    monitor.say("Joining the others to their neighbours")
    narrow = along(vectors, _VOTING_AXES)[0]
    narrow /= np.maximum(np.linalg.norm(narrow, axis=1, keepdims=True), 1e-12)
    others = np.setdiff1d(np.arange(len(vectors)), rows)
    clusters = np.empty(len(vectors), np.int32)
    strength = np.empty(len(vectors), np.float32)
    clusters[rows], strength[rows] = found.clusters, found.strength
    clusters[others], strength[others] = vote(narrow[others], narrow[rows], found.clusters, monitor.subtask())
    return Partition(clusters, strength)


def sampled_silhouette(vectors: FloatArray, found: Partition, seed: int) -> float | None:
    """Compute the mean silhouette over the cosine distances of a sample; None with fewer than two
    clusters.
    """
    inside = np.flatnonzero(found.clusters >= 0)
    rows = np.sort(np.random.default_rng(seed).permutation(inside)[:_MEASURED])
    if len(np.unique(found.clusters[rows])) < 2:
        return None
    some = np.asarray(vectors[rows], np.float32)
    return silhouette(np.maximum(1 - some @ some.T, 0), found.clusters[rows])


def refuse(name: str, method: str, k: int | None, pictures: int, distinct: int, min_size: int | None) -> None:
    """Refuse what cannot be clustered, each case in its own words.

    Raises:
        ClusteringError: an unknown method, a number of clusters or a minimum size that makes no sense, one
            picture, all pictures equal, or fewer different pictures than clusters.
    """
    chosen = find_method(method)
    if k is not None and k < 1:
        raise ClusteringError(f"{k} clusters are impossible; ask for 2 or more, or leave the number out.")
    if k == 1:
        raise ClusteringError(
            f"One cluster is the whole collection “{name}”; ask for 2 or more, or leave the number out."
        )
    if chosen.by_density and k is not None:
        raise ClusteringError(
            f"{chosen.title} finds the number of clusters itself; leave the number out, or choose k-means."
        )
    if not chosen.by_density and min_size is not None:
        able = " or ".join(one.name for one in METHODS if one.by_density)
        raise ClusteringError(f"{chosen.title} takes no minimum size; leave it out, or choose {able}.")
    if min_size is not None and min_size < 2:
        raise ClusteringError("The smallest cluster has 2 pictures or more; choose a larger minimum size.")
    if pictures == 1:
        raise ClusteringError(
            f"“{name}” holds one picture; there is nothing to group it with. Add some more."
        )
    if distinct == 1:
        raise ClusteringError(
            f"All {pictures:,} pictures of “{name}” show the same; there is nothing to tell apart."
        )
    shown = f"{distinct:,} pictures" if distinct == pictures else f"{distinct:,} different pictures"
    if k is not None and distinct < k:
        raise ClusteringError(
            f"“{name}” holds {shown}, fewer than {k:,} clusters; ask for {distinct:,} at most."
        )
