"""A walk through random clusters, random pictures of each, and what was found odd in them.

Marks are keyed by content hash: they outlive the addition of other pictures, and no picture is asked twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ...collection.reader import Reader
from ...errors import ClusteringError
from ..store import ClusteringStore, OddMark
from ..types import Clustering
from .audit_interval import Coherence, Share, coherence_of, share_of_cluster

__all__ = ["Coherence", "ReviewCard", "Share", "coherence", "mark", "sample_review"]


@dataclass(frozen=True)
class ReviewCard:
    """Pictures of one cluster to look at: which of them are odd?"""

    cluster: int
    ids: tuple[int, ...]


def sample_review(
    collection: Reader,
    clustering: Clustering,
    seed: int = 0,
    clusters: int = 10,
    pictures: int = 10,
    again: bool = False,
) -> tuple[ReviewCard, ...]:
    """Draw `clusters` clusters at random and `pictures` random pictures of each; the seed decides which.

    Clusters of which fewer pictures were judged come first, and pictures that were judged are not drawn,
    unless `again`. Empty where every picture was judged. What belongs nowhere is in no cluster.

    Raises:
        ClusteringError: none of the pictures of these clusters is there any more.
    """
    hashes = collection.judgements.hashes()
    rng = np.random.default_rng(seed)
    judged = set() if again else {(one.cluster, one.sha256) for one in _marks(collection, clustering)}
    left: list[tuple[int, float, ReviewCard]] = []
    gone = True
    for cluster in range(clustering.k):
        there = [i for i in np.sort(clustering.members(cluster)).tolist() if i in hashes]
        gone &= not there
        fresh = [i for i in there if (cluster, hashes[i]) not in judged]
        drawn = rng.permutation(len(fresh))[:pictures]
        if fresh:
            card = ReviewCard(cluster, tuple(fresh[int(place)] for place in drawn))
            left.append((len(there) - len(fresh), rng.random(), card))
    if gone:
        raise ClusteringError(
            "None of the pictures of these clusters is there any more; cluster the collection again."
        )
    return tuple(card for _, _, card in sorted(left, key=lambda one: one[:2])[:clusters])


def mark(
    collection: Reader, clustering: Clustering, cluster: int, shown: Iterable[int], odd: Iterable[int]
) -> None:
    """Note that of the pictures shown these were odd in their cluster, and the others were not.

    Pictures that were deleted meanwhile are passed over; a later mark replaces an earlier one.

    Raises:
        ClusteringError: the clusters are not stored, there is no such one, or an odd picture was not shown.
    """
    run = _stored(clustering)
    if not 0 <= cluster < clustering.k:
        raise ClusteringError(f"There is no cluster {cluster + 1} in “{clustering.name}”.")
    seen, marked = set(shown), set(odd)
    if not marked <= seen:
        raise ClusteringError("Only pictures that were shown can be marked as odd.")
    hashes = collection.judgements.hashes()
    for which, is_odd in ((seen - marked, False), (marked, True)):
        shas = [hashes[picture] for picture in sorted(which) if picture in hashes]
        if shas:
            ClusteringStore(collection.catalogue).mark(run, cluster, shas, is_odd)


def coherence(collection: Reader, clustering: Clustering) -> Coherence:
    """Estimate how many pictures belong in their cluster, from the marks on pictures that are still there.

    Raises:
        ClusteringError: the clusters are not stored.
    """
    _stored(clustering)
    hashes = collection.judgements.hashes()
    odd = {(one.cluster, one.sha256): one.odd for one in _marks(collection, clustering)}
    shares: dict[int, Share] = {}
    of = 0
    for cluster in range(clustering.k):
        there = [hashes[i] for i in clustering.members(cluster).tolist() if i in hashes]
        said = [odd[cluster, sha] for sha in there if (cluster, sha) in odd]
        of += bool(there)
        if said:
            shares[cluster] = share_of_cluster(len(said), sum(said), len(there))
    return coherence_of(shares, of)


def _marks(collection: Reader, clustering: Clustering) -> list[OddMark]:
    return [] if clustering.id is None else ClusteringStore(collection.catalogue).marks(clustering.id)


def _stored(clustering: Clustering) -> int:
    if clustering.id is None:
        raise ClusteringError("These clusters are not stored yet; keep them as a run before you judge them.")
    return clustering.id
