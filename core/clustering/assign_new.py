"""Assignment of new pictures to the clusters of a run by their neighbours, without a refit.

A vote of the nearest neighbours among the pictures of the run (Fix and Hodges, 1951), each weighed by its
cosine. Noise votes too, so that a picture among the left-over ones is left over.
"""

from dataclasses import replace

import numpy as np

from ..collection.collection import Collection
from ..collection.reader import Reader
from ..errors import ClusteringError
from ..jobs import Monitor
from .keeping import load_whole, replace_members
from .types import NOISE, ClusterArray, Clustering, FloatArray, IdArray

_VOTERS = 10
_BATCH = 4096


def newcomers(collection: Reader, clustering: Clustering) -> IdArray:
    """Return the ids of pictures added after a run: outside the bin, with a vector, and not in it."""
    space = collection.space(clustering.setup.encoder)
    if space is None or space.fingerprint != clustering.setup.fingerprint:
        return np.empty(0, np.int64)
    known = clustering if clustering.id is None else load_whole(collection, clustering.id)
    there = np.intersect1d(
        collection.vector_ids(clustering.setup.encoder), np.array(collection.ids(), np.int64)
    )
    return np.setdiff1d(there, known.ids)


def extend(collection: Collection, clustering: Clustering, monitor: Monitor | None = None) -> Clustering:
    """Assign pictures added after a stored run to the clusters of their neighbours, and store the result.

    Returns the run with them; its clusters keep their numbers, and `Measured.joined` counts those that
    joined later.

    Raises:
        ClusteringError: the run is not stored, or all its pictures are gone.
        Cancelled: the monitor was asked to stop; nothing was stored.
    """
    watched = monitor or Monitor()
    if clustering.id is None:
        raise ClusteringError("Only a stored run can take in new pictures; store it first.")
    arrived = newcomers(collection, clustering)
    whole = load_whole(collection, clustering.id)
    if len(arrived):
        present = np.isin(whole.ids, collection.vector_ids(whole.setup.encoder))
        if not present.any():
            raise ClusteringError(
                f"All pictures of the run “{whole.name}” are gone; cluster the collection again."
            )
        watched.say("Joining new pictures to clusters")
        clusters, strength = vote(
            collection.vectors_of(arrived.tolist(), whole.setup.encoder),
            collection.vectors_of(whole.ids[present].tolist(), whole.setup.encoder),
            whole.clusters[present],
            watched,
        )
        ids = np.concatenate([whole.ids, arrived])
        order = np.argsort(ids, kind="stable")
        whole = replace(
            whole,
            ids=ids[order],
            clusters=np.concatenate([whole.clusters, clusters])[order],
            strength=np.concatenate([whole.strength, strength])[order],
            measured=replace(whole.measured, joined=whole.measured.joined + len(arrived)),
        )
        watched.check()
        replace_members(collection, whole)
    there = np.isin(whole.ids, np.array(collection.ids(), np.int64))
    return replace(
        whole, ids=whole.ids[there], clusters=whole.clusters[there], strength=whole.strength[there]
    )


def vote(
    vectors: FloatArray, known: FloatArray, clusters: ClusterArray, monitor: Monitor
) -> tuple[ClusterArray, FloatArray]:
    """Compute the cluster for which the neighbours of each vector vote, and its share of the votes.

    Args:
        vectors: of the new ones, ``(Q, dim)`` float32, L2-normalised.
        known: of those that are in clusters, ``(N, dim)`` float32, L2-normalised, at least one.
        clusters: theirs, ``(N,)`` int32.
        monitor: receives the progress, and may stop the work.

    Returns:
        Clusters ``(Q,)`` int32 and strengths ``(Q,)`` float32 in ``[0, 1]``, 0 for noise.
    """
    import faiss

    index = faiss.IndexFlatIP(known.shape[1])
    index.add(np.ascontiguousarray(known, np.float32))
    joined = np.empty(len(vectors), np.int32)
    strength = np.empty(len(vectors), np.float32)
    monitor.expect(len(vectors))
    for start in range(0, len(vectors), _BATCH):
        monitor.check()
        part = np.ascontiguousarray(vectors[start : start + _BATCH], np.float32)
        cosine, rows = index.search(part, min(_VOTERS, len(known)))
        ballots = np.zeros((len(part), int(clusters.max(initial=NOISE)) + 2), np.float64)
        # The last column is that of noise, and a cosine below 0 is no vote.
        np.add.at(ballots, (np.arange(len(part))[:, None], clusters[rows]), np.maximum(cosine, 1e-6))
        won = ballots.argmax(axis=1)
        noise = won == ballots.shape[1] - 1
        joined[start : start + len(part)] = np.where(noise, NOISE, won)
        share = ballots.max(axis=1) / ballots.sum(axis=1)
        strength[start : start + len(part)] = np.where(noise, 0, share)
        monitor.advance(len(part))
    return joined, strength
