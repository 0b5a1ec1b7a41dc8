"""How far two runs of clustering agree, and a run with the labels of its pictures."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...collection.reader import Reader
from ...collection.types import Filter
from ...errors import ClusteringError
from ..types import NOISE, Clustering


@dataclass(frozen=True)
class Agreement:
    """How far two clusterings of the same pictures agree; every picture of noise is a cluster of its own.

    Attributes:
        ari: adjusted Rand index (Hubert and Arabie, 1985): 1 when they are equal, about 0 by chance.
        nmi: normalised mutual information over the arithmetic mean of the entropies, in ``[0, 1]``.
        pictures: how many are in both.
        only_a: how many are in the first alone.
        only_b: how many are in the second alone.
    """

    ari: float
    nmi: float
    pictures: int
    only_a: int
    only_b: int


@dataclass(frozen=True)
class LabelAgreement:
    """How far a clustering agrees with labels; every picture of noise is a cluster of its own.

    Attributes:
        purity: share of the pictures whose label is the commonest one of their cluster, in ``[0, 1]``;
            pictures of noise count as wrong, or many small clusters and much noise would look pure.
        nmi: as in `Agreement`.
        ari: as in `Agreement`.
        pictures: how many have a label.
        labels: how many different labels they have.
    """

    purity: float
    nmi: float
    ari: float
    pictures: int
    labels: int


def agreement(a: Clustering, b: Clustering) -> Agreement:
    """Compare two runs over the pictures that are in both.

    Raises:
        ClusteringError: they have no picture in common.
    """
    common, in_a, in_b = np.intersect1d(a.ids, b.ids, assume_unique=True, return_indices=True)
    if not len(common):
        raise ClusteringError(
            f"The runs “{a.name}” and “{b.name}” have no picture in common; there is nothing to compare."
        )
    ari, nmi = _ari_and_nmi(a.clusters[in_a], b.clusters[in_b])
    return Agreement(ari, nmi, len(common), len(a.ids) - len(common), len(b.ids) - len(common))


def with_labels(collection: Reader, clustering: Clustering) -> LabelAgreement | None:
    """Compare a run with the labels of its pictures; None where none of them has one."""
    # Label by label, which takes a tenth of the time of reading whole pictures.
    labels = {
        i: label for label, _ in collection.labels() if label for i in collection.ids(Filter(labels=(label,)))
    }
    rows = np.array([i for i, picture in enumerate(clustering.ids.tolist()) if picture in labels], np.int64)
    if not len(rows):
        return None
    words, truth = np.unique([labels[int(clustering.ids[i])] for i in rows], return_inverse=True)
    clusters = clustering.clusters[rows]
    ari, nmi = _ari_and_nmi(clusters, truth)
    return LabelAgreement(purity(clusters, truth), nmi, ari, len(rows), len(words))


def purity(clusters: NDArray[np.integer], truth: NDArray[np.integer]) -> float:
    """Share of the rows whose label is the commonest one of their cluster; noise counts as wrong.

    Manning, Raghavan and Schütze, "Introduction to Information Retrieval", 2008, section 16.3.

    Args:
        clusters: ``(N,)``, `NOISE` belongs nowhere.
        truth: ``(N,)``, labels as numbers from 0 up.
    """
    if not len(clusters):
        return 0.0
    inside = clusters != NOISE
    table = np.zeros((int(clusters.max(initial=NOISE)) + 1, int(truth.max()) + 1), np.int64)
    np.add.at(table, (clusters[inside], truth[inside]), 1)
    return float(table.max(axis=1, initial=0).sum() / len(clusters))


def _ari_and_nmi(a: NDArray[np.integer], b: NDArray[np.integer]) -> tuple[float, float]:
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    a, b = _alone(a), _alone(b)
    return float(adjusted_rand_score(a, b)), float(normalized_mutual_info_score(a, b))


def _alone(clusters: NDArray[np.integer]) -> NDArray[np.int64]:
    """Every picture of noise in a cluster of its own: they are not alike, they are left over."""
    out = clusters.astype(np.int64)
    noise = np.flatnonzero(out == NOISE)
    out[noise] = out.max(initial=NOISE) + 1 + np.arange(len(noise))
    return out
