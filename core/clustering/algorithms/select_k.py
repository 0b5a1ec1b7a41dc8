"""Selection of k, the number of clusters, by separation and stability.

Apart: the mean silhouette (Rousseeuw, 1987). Again: two halves of the sample are clustered apart, both sort
the whole sample, and the adjusted Rand index says how far they agree, averaged over several halvings
(stability: Lange et al., "Stability-based validation of clustering solutions", 2004). Both fall as the number
grows, so that the largest product of the two is nearly always at two clusters, which is of no use. The
proposal is the number whose product stands out most above those of the numbers next to it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...jobs import Monitor
from ..types import FloatArray
from .kmeans import few, nearest
from .pca import along

_SAMPLE = 3000
"""Points that are looked at; the silhouette compares all pairs of them."""
_AXES = 64
_HALVINGS = 4
_STARTS = 3
CANDIDATES = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 24, 28, 32, 40)
_BESIDE = 2
"""Numbers on either side that one is compared with."""
_EDGE = 2.0
"""The smallest number has none below it, and must stand out so many times more."""
_WORTHLESS = 0.5
"""Numbers of a smaller share of the best product than this are out, however much they stand out."""
_POINTS_A_CLUSTER = 5
"""A number for which the halves would have fewer points a cluster than this is not tried."""


@dataclass(frozen=True)
class Candidate:
    """One number of clusters: `k`, its mean silhouette in ``[-1, 1]``, and its stability, at most 1."""

    k: int
    silhouette: float
    stability: float

    @property
    def worth(self) -> float:
        """What the numbers are compared by."""
        return max(self.silhouette, 0.0) * max(self.stability, 0.0)


@dataclass(frozen=True)
class Proposal:
    """How many clusters to look for: the number, why in a sentence, and all that were tried,
    ascending; none with too few pictures to compare."""

    k: int
    reason: str
    candidates: tuple[Candidate, ...]


def propose_k(points: FloatArray, seed: int = 0, monitor: Monitor | None = None) -> Proposal:
    """Propose the number of clusters for k-means over these points.

    Args:
        points: ``(M, d)`` float32, as they will be clustered; at least 2 different ones.
        seed: of the sample, its halves and the clusterings.
        monitor: receives the progress, and may stop the work.

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    watched = monitor or Monitor()
    random = np.random.default_rng(seed)
    rows = np.sort(random.permutation(len(points))[:_SAMPLE])
    sample = along(np.asarray(points[rows], np.float32), _AXES)[0]
    tried = [k for k in CANDIDATES if k <= len(sample) // (2 * _POINTS_A_CLUSTER)]
    if len(tried) < 2:
        return Proposal(2, "2 clusters, for there are too few pictures to compare other numbers.", ())
    halves = [np.array_split(random.permutation(len(sample)), 2) for _ in range(_HALVINGS)]
    apart = _distances(sample)
    watched.expect(len(tried))
    found = []
    for k in tried:
        watched.say(f"Trying {k} clusters")
        watched.check()
        found.append(
            Candidate(k, silhouette(apart, few(sample, k, seed, _STARTS)[0]), _again(sample, halves, k, seed))
        )
        watched.advance()
    best = _outstanding(found)
    return Proposal(best.k, _sentence(best, tried, len(sample)), tuple(found))


def _outstanding(found: list[Candidate]) -> Candidate:
    most = max(one.worth for one in found)
    if most <= 0:
        return found[0]

    def prominence(place: int) -> float:
        beside = found[max(0, place - _BESIDE) : place] + found[place + 1 : place + 1 + _BESIDE]
        level = float(np.mean([one.worth for one in beside]))
        return found[place].worth / max(level, 1e-9) / (_EDGE if place == 0 else 1)

    fit = [place for place, one in enumerate(found) if one.worth >= _WORTHLESS * most]
    return found[max(fit, key=lambda place: (prominence(place), -place))]


def silhouette(apart: NDArray[np.floating], clusters: NDArray[np.integer]) -> float:
    """Mean silhouette of rows in clusters; a row alone in its cluster counts 0.

    Args:
        apart: distances between all rows, ``(n, n)``.
        clusters: ``(n,)``, from 0 up, at least two different ones.
    """
    from sklearn.metrics import silhouette_score

    if len(np.unique(clusters)) == len(clusters):
        return 0.0
    return float(silhouette_score(apart, clusters, metric="precomputed"))


def _distances(points: FloatArray) -> FloatArray:
    squares = np.einsum("ij,ij->i", points, points)
    between = squares[:, None] + squares - 2 * (points @ points.T)
    np.fill_diagonal(between, 0)
    return np.asarray(np.sqrt(np.maximum(between, 0)), np.float32)


def _again(points: FloatArray, halves: list[list[NDArray[np.int64]]], k: int, seed: int) -> float:
    """Mean adjusted Rand index between what the two halves make of all points."""
    from sklearn.metrics import adjusted_rand_score

    scores = []
    for pair in halves:
        a, b = (nearest(points, few(points[half], k, seed, _STARTS)[1], 1)[1][:, 0] for half in pair)
        scores.append(float(adjusted_rand_score(a, b)))
    return float(np.mean(scores))


def _sentence(best: Candidate, tried: list[int], sample: int) -> str:
    return (
        f"{best.k} clusters: of the numbers from {tried[0]} to {tried[-1]}, this one stands out most from "
        f"those next to it by how far its clusters lie apart (silhouette {best.silhouette:.2f}) and how "
        f"surely they are found again (two halves of {sample:,} pictures agree to {best.stability:.2f}; "
        "1 is the same)."
    )
