"""k-reciprocal re-ranking (Zhong et al., "Re-ranking person re-identification with k-reciprocal encoding",
CVPR 2017), over the top candidates of one query.

Two pictures that are each among the other's nearest neighbours are more likely to show the same thing than
their cosine alone suggests. Every picture is described by its reciprocal neighbours, and the distance of two
pictures is mixed with the Jaccard distance of their descriptions.
"""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

K1, K2, LAMBDA = 20, 6, 0.3
"""The paper's values: neighbours considered, neighbours averaged over, share of the original distance."""


def k_reciprocal_distances(
    query: FloatArray, candidates: FloatArray, k1: int = K1, k2: int = K2, original: float = LAMBDA
) -> NDArray[np.float64]:
    """Compute k-reciprocal distances of `candidates` from `query`; smaller is closer.

    The paper searches neighbours in the whole gallery; here only among the candidates and the query, so the
    cost does not depend on the size of the collection.

    Args:
        query: ``(dim,)`` float32, L2-normalised.
        candidates: ``(N, dim)`` float32, L2-normalised, the top candidates of the query.
        k1: number of neighbours that count as near, at least 1; capped at the number of pictures.
        k2: number of nearest neighbours whose descriptions are averaged, at least 1.
        original: share of the original distance in the mixture, in ``[0, 1]``.

    Returns:
        ``(N,)`` float64 in ``[0, 1]``.

    Raises:
        ValueError: a setting is out of range or the shapes do not match.
    """
    if k1 < 1 or k2 < 1 or not 0 <= original <= 1:
        raise ValueError(f"k1 ≥ 1, k2 ≥ 1 and 0 ≤ original ≤ 1 expected, got {k1}, {k2}, {original}")
    if candidates.ndim != 2 or query.shape != candidates.shape[1:]:
        raise ValueError(f"(dim,) and (N, dim) expected, got {query.shape} and {candidates.shape}")
    if not len(candidates):
        return np.empty(0)
    pictures = np.concatenate([query[None], candidates]).astype(np.float64)
    # Squared Euclidean distance of unit vectors, scaled to a largest of 1 as in the paper.
    distances = np.clip(2 - 2 * pictures @ pictures.T, 0.0, None)
    distances /= max(float(distances.max()), 1e-12)
    order = np.argsort(distances, axis=1, kind="stable")
    described = _descriptions(distances, order, k1)
    described = described[order[:, :k2]].mean(axis=1)
    shared = np.minimum(described[0], described).sum(axis=1)
    # Descriptions sum to 1 each, so their union is 2 less what they share.
    jaccard = 1 - shared / (2 - shared)
    mixed = (1 - original) * jaccard + original * distances[0]
    return np.asarray(mixed[1:], np.float64)


def _descriptions(distances: NDArray[np.float64], order: NDArray[np.intp], k1: int) -> NDArray[np.float64]:
    """Describe each picture by weights on its k-reciprocal neighbours, ``(M, M)``, rows sum to 1."""
    near = _reciprocal(order, k1)
    nearer = _reciprocal(order, max(1, round(k1 / 2)))
    sets = near.copy()
    for i in range(len(sets)):
        # A neighbour's own reciprocal set is merged if two thirds of it are in ours already.
        circles = nearer[near[i]]
        joining = 3 * (circles & near[i]).sum(axis=1) >= 2 * circles.sum(axis=1)
        sets[i] |= circles[joining].any(axis=0)
    weights = np.where(sets, np.exp(-distances), 0.0)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float64)


def _reciprocal(order: NDArray[np.intp], k: int) -> NDArray[np.bool_]:
    """Find the pictures that are each among the other's k nearest (besides itself), ``(M, M)``."""
    among = np.zeros(order.shape, bool)
    np.put_along_axis(among, order[:, : k + 1], True, axis=1)
    np.fill_diagonal(among, True)
    return among & among.T
