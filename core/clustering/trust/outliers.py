"""Outliers: pictures that are far from everything else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...collection.reader import Reader
from ...jobs import Monitor
from ..dataset import population
from ..knn import neighbours
from ..types import FloatArray, IdArray

NEIGHBOURS = 10
"""How many of the nearest others a picture is measured against.

Ten drawn pictures planted among the clothing photos of training are found with an AUROC of 0.985 (5, 20 or 50
neighbours: 0.978, 0.986, 0.985; the local outlier factor with 10, 20 or 50: 0.85, 0.89, 0.90). Ten photos of
one class of clothes among those of the others are hard for all: 0.73 (the factor with 50: 0.75).
"""
FAR = 3.5
"""From this score on a picture is called far: the usual bound of the modified z-score (Iglewicz and Hoaglin,
How to Detect and Handle Outliers, 1993)."""


@dataclass(frozen=True, eq=False)
class Outliers:
    """The outlier scores of pictures.

    Attributes:
        ids: of the pictures, ``(N,)`` int64, ascending.
        scores: ``(N,)`` float32, higher is farther: distances as a modified z-score, so that 0 is the
            collection's median and 1 about a standard deviation above it.
        distances: mean cosine distance to the nearest others, ``(N,)`` float32 in ``[0, 2]``.
        ranked: ids of the pictures, farthest first, those that show the same counted once, ``(M,)`` int64.
        neighbours: how many of the nearest others were looked at; fewer than `NEIGHBOURS` in a small
            collection, 0 in one of a single picture.
    """

    ids: IdArray
    scores: FloatArray
    distances: FloatArray
    ranked: IdArray
    neighbours: int

    @property
    def far(self) -> IdArray:
        """Ids of the pictures that are far from everything, farthest first; there may be none."""
        place = np.searchsorted(self.ids, self.ranked)
        return self.ranked[self.scores[place] >= FAR]


def outliers(
    collection: Reader,
    encoder: str | None = None,
    copies: Iterable[Sequence[int]] = (),
    monitor: Monitor | None = None,
) -> Outliers:
    """Score every picture by its mean cosine distance to the nearest others.

    The k nearest neighbours as in Angiulli and Pizzuti, "Fast outlier detection in high dimensional spaces",
    PKDD 2002, among pictures that show different things: an outlier with ten copies stays an outlier.

    Args:
        collection: whose pictures.
        encoder: whose vectors; None takes the collection's own.
        copies: ids of pictures that show the same, group by group.
        monitor: receives the progress, and may stop the work.

    Raises:
        ClusteringError: there are no pictures with vectors.
        Cancelled: the monitor was asked to stop.
    """
    monitor = monitor or Monitor()
    monitor.say("Looking for what belongs nowhere")
    people = population(collection, encoder, copies)
    nearest = neighbours(people.distinct, NEIGHBOURS, monitor)
    k = nearest.similarity.shape[1]
    distance = (1 - nearest.similarity).mean(axis=1) if k else np.zeros(len(people.first), np.float32)
    score = _modified_z(distance)
    order = np.argsort(-score, kind="stable")
    return Outliers(
        people.ids,
        score[people.owner],
        np.asarray(distance[people.owner], np.float32),
        people.ids[people.first[order]],
        k,
    )


def _modified_z(values: NDArray[np.floating]) -> FloatArray:
    """Values less their median, in units of the median absolute deviation scaled to a standard deviation."""
    middle = np.median(values)
    spread = 1.4826 * np.median(np.abs(values - middle))
    # Where more than half of all values are equal, the mean deviation stands in, scaled likewise.
    spread = spread or 1.2533 * np.mean(np.abs(values - middle)) or 1.0
    return np.asarray((values - middle) / spread, np.float32)
