"""Numbers of clusters tried one after another: the vectors are prepared once, and nothing is stored.

ready = prepared(shop.name, population(shop))
for k in (8, 12, 20):
    tried = try_k(ready, k)        # a Clustering without id; `core.clustering.runs.store` keeps it
"""

import time
from dataclasses import dataclass

from ..errors import ClusteringError
from ..jobs import Monitor
from .algorithms.base import by_size
from .algorithms.fit import refuse, sampled_silhouette
from .algorithms.kmeans import kmeans
from .algorithms.preprocess import prepare, usual
from .algorithms.select_k import Proposal, propose_k
from .types import Clustering, FloatArray, Measured, Population, Preparation, Setup


@dataclass(frozen=True, eq=False)
class Prepared:
    """Pictures, and the points that stand for the different ones among them.

    Attributes:
        name: of the collection, for what is said of it.
        people: the pictures, a `Population`.
        points: as they are clustered, one for each of ``people.first``, ``(M, d)`` float32.
        preparation: how they were made of the vectors.
        seed: of that.
    """

    name: str
    people: Population
    points: FloatArray
    preparation: Preparation
    seed: int


def prepared(name: str, people: Population, seed: int = 0, monitor: Monitor | None = None) -> Prepared:
    """Make the vectors ready for k-means in the way that is best for so many.

    Raises:
        ClusteringError: there is one picture only, or all show the same.
        Cancelled: the monitor was asked to stop.
    """
    refuse(name, "kmeans", None, len(people), len(people.first), None)
    watched = monitor or Monitor()
    preparation = usual(len(people.first), "kmeans")
    points = prepare(people.distinct, preparation, seed, watched)
    return Prepared(name, people, points, preparation, seed)


def try_k(ready: Prepared, k: int, monitor: Monitor | None = None) -> Clustering:
    """The pictures in `k` clusters by k-means, stored nowhere.

    Raises:
        ClusteringError: `k` is less than 2, or more than there are different pictures.
        Cancelled: the monitor was asked to stop.
    """
    people = ready.people
    distinct = len(people.first)
    refuse(ready.name, "kmeans", k, len(people), distinct, None)
    started = time.monotonic()
    found = kmeans(ready.points, k, ready.seed, monitor or Monitor())
    setup = Setup(
        "kmeans", k, ready.preparation, ready.seed, people.encoder, people.fingerprint, len(people), distinct
    )
    return Clustering(
        "",
        setup,
        Measured(time.monotonic() - started, sampled_silhouette(people.distinct, found, ready.seed)),
        people.ids,
        by_size(found.clusters[people.owner]),
        found.strength[people.owner],
    )


def propose(ready: Prepared, monitor: Monitor | None = None) -> Proposal:
    """How many clusters to look for among these pictures, with the reason.

    Raises:
        ClusteringError: there are fewer than three different pictures.
        Cancelled: the monitor was asked to stop.
    """
    people = ready.people
    refuse(ready.name, "kmeans", None, len(people), len(people.first), None)
    if len(people.first) < 3:
        raise ClusteringError("There are two different pictures only; with them there is nothing to propose.")
    return propose_k(ready.points, ready.seed, monitor)
