"""Comparing recalls that were measured on candidate pools of different sizes."""

import numpy as np

from ...errors import LookalikeError
from .types import FloatArray, IntArray, Series, Shown, nearest, without_self

K = 10
SHARES = (0.1, 0.2, 0.4, 0.7, 1.0)


def pools(vectors: FloatArray, labels: IntArray, seed: int = 0) -> Shown:
    """Recall@10 of the same search with the whole gallery, and with random parts of it.

    Each labelled picture asks for the others of its label. Of a smaller pool fewer are to be found, so the
    first ten hold a larger share of them, and the figure rises though nothing was improved.

    Args:
        vectors: ``(N, dim)``, L2-normalised.
        labels: ``(N,)``, a number for each label; −1 for none.
        seed: of the random parts.

    Raises:
        LookalikeError: there are fewer than two labels, or fewer than 50 labelled pictures.
    """
    vectors, labels = vectors[labels >= 0], labels[labels >= 0]
    if len(labels) < 50 or len(np.unique(labels)) < 2:
        raise LookalikeError("This needs at least 50 labelled pictures of two labels.")
    order = np.random.default_rng(seed).permutation(len(labels))
    cosine = without_self(vectors @ vectors.T)
    recalls = [_recall(cosine, labels, np.sort(order[: max(12, round(len(order) * s))])) for s in SHARES]
    return Shown(
        f"recall@{K}",
        recalls[0],
        recalls[-1],
        f"The same vectors and the same ranking: recall@{K} is {recalls[-1]:.2f} with all "
        f"{len(labels):,} candidates and {recalls[0]:.2f} with a tenth of them. The larger figure is no "
        "better "
        "search.",
        "Candidates searched (share of the collection)",
        f"Recall@{K} (0–1)",
        (Series(f"Recall@{K}", tuple(SHARES), tuple(recalls)),),
    )


def _recall(cosine: FloatArray, labels: IntArray, pool: IntArray) -> float:
    """Mean over all pictures with something to find in `pool` of the share of it among the first ten."""
    scores = cosine[:, pool]
    first = nearest(scores, min(K, len(pool)))
    right = (labels[pool][first] == labels[:, None]) & np.isfinite(np.take_along_axis(scores, first, 1))
    there = (labels[pool][None, :] == labels[:, None]).sum(axis=1) - np.isin(np.arange(len(labels)), pool)
    asked = there > 0
    return float((right.sum(axis=1)[asked] / there[asked]).mean())
