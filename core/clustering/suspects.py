"""Labels that are likely wrong: those with which the neighbours of their pictures disagree.

In the spirit of confident learning (Northcutt, Jiang and Chuang, "Confident learning: estimating uncertainty
in dataset labels", JAIR 2021), with the labels of the nearest neighbours in the place of a classifier.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.clustering.neighbours import neighbours
from core.clustering.population import population
from core.clustering.types import Population
from core.collection.reader import Reader
from core.collection.types import Filter
from core.errors import ClusteringError
from core.jobs import Monitor

NEIGHBOURS = 15
_SHARPNESS = 10.0
"""A neighbour's vote counts e times as much for each tenth that its cosine is higher."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Suspect:
    """A picture whose label its neighbours doubt.

    Attributes:
        id: of the picture.
        label: the one it has.
        suggested: the one that most of its neighbours have, the nearer counting more.
        share: of the neighbours' votes that are for it, in ``[0, 1]``.
    """

    id: int
    label: str
    suggested: str
    share: float


def suspects(
    collection: Reader,
    encoder: str | None = None,
    copies: Iterable[Sequence[int]] = (),
    monitor: Monitor | None = None,
) -> tuple[Suspect, ...]:
    """The labels that are likely wrong, surest first: by how many more votes the other label has.

    A label is doubted where another one has more of the neighbours' votes than its own, and at least as many
    as pictures that bear it have for it on average. Pictures without a label neither vote nor are doubted.

    Raises:
        ClusteringError: no picture has a label, or there are none with vectors.
        Cancelled: the monitor was asked to stop.
    """
    monitor = monitor or Monitor()
    monitor.say("Asking the neighbours of every label")
    names = sorted(label for label, _ in collection.labels() if label is not None)
    if not names:
        raise ClusteringError(
            f"No picture of “{collection.name}” has a label, so none can be wrong; label some first."
        )
    people = population(collection, encoder, copies)
    said = _labels(collection, people, names)
    told = np.flatnonzero(said >= 0)
    share = _votes(people, said, told, len(names), monitor)
    own = share[np.arange(len(told)), said[told]]
    usual = np.array([own[said[told] == label].mean() if (said[told] == label).any() else np.inf
                      for label in range(len(names))])  # fmt: skip
    sure = np.where(share >= usual, share, 0)
    sure[np.arange(len(told)), said[told]] = 0
    other = sure.argmax(axis=1)
    margin = sure.max(axis=1) - own
    found = np.flatnonzero((sure.max(axis=1) > 0) & (margin > 0))
    found = found[np.argsort(-margin[found], kind="stable")]
    return tuple(
        Suspect(int(people.ids[told[i]]), names[said[told[i]]], names[other[i]], float(sure[i, other[i]]))
        for i in found.tolist()
    )


def _labels(collection: Reader, people: Population, names: Sequence[str]) -> NDArray[np.int64]:
    """The place of each picture's label among the names, ``(N,)``; -1 for none."""
    said = np.full(len(people), -1, np.int64)
    for number, name in enumerate(names):
        said[np.isin(people.ids, np.array(collection.ids(Filter(labels=(name,))), np.int64))] = number
    return said


def _votes(
    people: Population, said: NDArray[np.int64], told: NDArray[np.intp], count: int, monitor: Monitor
) -> Array:
    """The share of the votes that each label has, ``(len(told), count)``, rows sum to 1 or are 0.

    Pictures that show the same have one vote between them, and none for one another where they agree: a
    hundred copies with a wrong label prove nothing. Where they differ, each hears the others at cosine 1.
    """
    groups, place = np.unique(people.owner[told], return_inverse=True)
    held = np.zeros((len(groups), count))
    np.add.at(held, (place, said[told]), 1.0)
    size = held.sum(axis=1, keepdims=True)
    nearest = neighbours(np.asarray(people.distinct[groups], np.float32), NEIGHBOURS, monitor)
    weight = np.exp(_SHARPNESS * (nearest.similarity.astype(np.float64) - 1))
    around = np.einsum("nk,nkc->nc", weight, (held / size)[nearest.rows]) if weight.size else held * 0
    votes: Array = around[place]
    copied = np.flatnonzero((held > 0).sum(axis=1)[place] > 1)
    others = held[place[copied]]
    others[np.arange(len(copied)), said[told[copied]]] -= 1
    votes[copied] += others / others.sum(axis=1, keepdims=True)
    total = votes.sum(axis=1, keepdims=True)
    return votes / np.where(total > 0, total, 1)
