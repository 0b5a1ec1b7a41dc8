"""Runs of clustering: made, stored under a name, loaded, and extended by pictures that came later.

run = cluster(shop, k=12)                          # or cluster(shop), which proposes how many
run = load(shop, "12 clusters (k-means)")
run = extend(shop, run)                            # new pictures join their neighbours
"""

import time
from collections.abc import Iterable, Sequence

from ..collection.collection import Collection
from ..jobs import Monitor
from .algorithms.base import by_size
from .algorithms.fit import Fitted, fit, refuse
from .algorithms.preprocess import usual
from .algorithms.registry import method_title
from .assign_new import extend, newcomers
from .dataset import population
from .keeping import RunSummary, checked_name, free_name, load, runs, store
from .types import Clustering, Measured, Method, Population, Preparation, Setup

__all__ = ["RunSummary", "cluster", "extend", "load", "newcomers", "runs", "store"]


def cluster(
    collection: Collection,
    method: Method = "kmeans",
    k: int | None = None,
    preparation: Preparation | None = None,
    seed: int = 0,
    name: str | None = None,
    encoder: str | None = None,
    copies: Iterable[Sequence[int]] = (),
    min_size: int | None = None,
    monitor: Monitor | None = None,
) -> Clustering:
    """Cluster the pictures of a collection outside the bin, and store the run.

    The same pictures, settings and seed give the same clusters, whatever the number of cores.

    Args:
        collection: whose.
        method: the name of one of `core.clustering.algorithms.registry.METHODS`.
        k: how many clusters; None proposes a number (methods by density find it themselves).
        preparation: what is done to the vectors before; None takes what is best for so many pictures
            (`core.clustering.algorithms.preprocess.usual`), and the stored setup says what that was.
        seed: of all that is random.
        name: what to call the run; None makes one up.
        encoder: whose vectors; None takes the collection's own.
        copies: ids of pictures that show the same, group by group: they count once, and are where the one
            is that stands for them. Equal vectors always count once.
        min_size: the smallest cluster for HDBSCAN, in different pictures; None takes one fortieth of them.
        monitor: receives the progress, and may stop the work.

    Raises:
        ClusteringError: what was asked for cannot be had; the sentence says why.
        Cancelled: the monitor was asked to stop; nothing was stored.
    """
    watched = monitor or Monitor()
    started = time.monotonic()
    if name is not None:
        name = checked_name(collection, name)
    watched.say("Reading the vectors")
    people = population(collection, encoder, copies)
    refuse(collection.name, method, k, len(people), len(people.first), min_size)
    prepared = preparation or usual(len(people.first), method)
    watched.check()
    found = fit(people.distinct, method, k, prepared, seed, min_size, watched)
    watched.check()
    setup = Setup(
        method,
        k,
        prepared,
        seed,
        people.encoder,
        people.fingerprint,
        len(people),
        len(people.first),
        found.min_size,
    )
    made = _made(people, setup, found, started)
    watched.check()
    return store(
        collection, made, name or free_name(collection, f"{made.k} clusters ({method_title(method)})")
    )


def _made(people: Population, setup: Setup, found: Fitted, started: float) -> Clustering:
    """The clusters of all pictures, numbered by size."""
    clusters = by_size(found.partition.clusters[people.owner])
    reason, stability = "", None
    if found.proposal is not None:
        reason = found.proposal.reason
        stability = next((c.stability for c in found.proposal.candidates if c.k == found.proposal.k), None)
    if found.min_size is not None:
        reason = (
            f"{method_title(setup.method)} found {int(clusters.max()) + 1} dense places of {found.min_size} "
            f"pictures or more; {int((clusters < 0).sum()):,} of {len(people):,} pictures belong nowhere."
        )
    measured = Measured(time.monotonic() - started, found.silhouette, stability, reason)
    return Clustering("", setup, measured, people.ids, clusters, found.partition.strength[people.owner])
