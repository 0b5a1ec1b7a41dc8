"""Runs of clustering: made, stored under a name, loaded, and extended by pictures that came later.

run = cluster(shop, k=12)                          # or cluster(shop), which proposes how many
run = load(shop, "12 clusters (k-means)")
run = extend(shop, run)                            # new pictures join their neighbours
"""

import time
from collections.abc import Iterable, Sequence

from core.clustering.joining import extend, newcomers
from core.clustering.keeping import RunSummary, checked_name, free_name, load, runs, store
from core.clustering.partition.kmeans import kmeans
from core.clustering.partition.types import by_size
from core.clustering.population import population
from core.clustering.types import Clustering, Measured, Method, Preparation, Setup
from core.collection.collection import Collection
from core.jobs import Monitor

__all__ = ["RunSummary", "cluster", "extend", "load", "newcomers", "runs", "store"]

_CALLED = {"kmeans": "k-means", "hdbscan": "HDBSCAN", "agglomerative": "agglomerative", "events": "events"}


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
    """Cluster the pictures of a collection and store the run."""
    watched = monitor or Monitor()
    started = time.monotonic()
    if name is not None:
        name = checked_name(collection, name)
    watched.say("Reading the vectors")
    people = population(collection, encoder, copies)
    found = kmeans(people.distinct, k or 8, seed, watched)
    clusters = by_size(found.clusters[people.owner])
    setup = Setup(
        method,
        k,
        preparation or "none",
        seed,
        people.encoder,
        people.fingerprint,
        len(people),
        len(people.first),
        min_size,
    )
    measured = Measured(time.monotonic() - started)
    made = Clustering("", setup, measured, people.ids, clusters, found.strength[people.owner])
    watched.check()
    called = name or free_name(collection, f"{made.k} clusters ({_CALLED[method]})")
    return store(collection, made, called)
