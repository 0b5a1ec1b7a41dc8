"""Numbers of clusters tried one after another: the vectors are prepared once, and nothing is stored.

ready = prepared(population(shop))
for k in (8, 12, 20):
    tried = try_k(ready, k)        # a Clustering without id; `core.clustering.runs.store` keeps it
"""

import time
from dataclasses import dataclass

from core.clustering.partition.kmeans import kmeans
from core.clustering.partition.prepare import prepare, usual
from core.clustering.partition.propose import Proposal, propose_k
from core.clustering.partition.types import by_size
from core.clustering.types import Clustering, FloatArray, Measured, Population, Preparation, Setup
from core.errors import ClusteringError
from core.jobs import Monitor


@dataclass(frozen=True, eq=False)
class Prepared:
    """Pictures, and the points that stand for the different ones among them.

    Attributes:
        people: the pictures.
        points: as they are clustered, one for each of ``people.first``, ``(M, d)`` float32.
        preparation: how they were made of the vectors.
        seed: of that.
    """

    people: Population
    points: FloatArray
    preparation: Preparation
    seed: int


def prepared(people: Population, seed: int = 0, monitor: Monitor | None = None) -> Prepared:
    """Make the vectors ready for k-means in the way that is best for so many.

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    watched = monitor or Monitor()
    preparation = usual(len(people.first), "kmeans")
    points = prepare(people.distinct, preparation, seed, watched)
    return Prepared(people, points, preparation, seed)


def try_k(ready: Prepared, k: int, monitor: Monitor | None = None) -> Clustering:
    """The pictures in `k` clusters by k-means, stored nowhere.

    Raises:
        ClusteringError: `k` is less than 2, or more than there are different pictures.
        Cancelled: the monitor was asked to stop.
    """
    people = ready.people
    distinct = len(people.first)
    if k < 2:
        raise ClusteringError("One cluster is the whole collection; ask for two or more.")
    _refuse_too_few(people)
    if k > distinct:
        raise ClusteringError(f"There are {distinct:,} different pictures, too few for {k} clusters.")
    started = time.monotonic()
    found = kmeans(ready.points, k, ready.seed, monitor or Monitor())
    setup = Setup(
        "kmeans", k, ready.preparation, ready.seed, people.encoder, people.fingerprint, len(people), distinct
    )
    return Clustering(
        "",
        setup,
        Measured(time.monotonic() - started),
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
    _refuse_too_few(ready.people)
    if len(ready.people.first) < 3:
        raise ClusteringError("There are two different pictures only; with them there is nothing to propose.")
    return propose_k(ready.points, ready.seed, monitor)


def _refuse_too_few(people: Population) -> None:
    if len(people.first) < 2:
        raise ClusteringError(
            "All pictures here show the same, so there are no clusters to find; add others."
            if len(people) > 1
            else "There is one picture only; clusters begin with two that differ."
        )
