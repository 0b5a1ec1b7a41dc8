"""Noticing that training has drawn all embeddings to one place.

With the hardest negatives alone, early gradients often favour mapping everything to one point, where no
negative is worse than any other: Wu et al., "Sampling matters in deep embedding learning", ICCV 2017; Xuan et
al., "Hard negative examples are hard, but useful", ECCV 2020.
"""

import numpy as np

from ..data.dataset import FloatArray

_SMALLEST_SHARE = 0.1
"""Below this share of the spread before training, embeddings count as collapsed: cosines of random images
that were 0.5 on average are above 0.95 then, and rankings are decided in the last digits."""


def embedding_spread(embeddings: FloatArray) -> float:
    """One minus the mean cosine of two different rows: 0 where all are equal, about 1 where they are spread.

    ``(‖Σz‖² − N) / (N·(N − 1))`` is the mean cosine over all pairs of N unit vectors.

    Args:
        embeddings: ``(N, d)``, L2-normalised.

    Returns:
        a number in ``[0, 1 + 1/(N − 1)]``; 1 for fewer than two rows; NaN where the embeddings are.
    """
    count = len(embeddings)
    if count < 2:
        return 1.0
    total = embeddings.sum(axis=0, dtype=np.float64)
    return (
        float(max(0.0, 1 - (total @ total - count) / (count * (count - 1))))
        if np.isfinite(total).all()
        else float("nan")
    )


def collapsed(spread: float, before: float) -> bool:
    """Whether a `spread` is too small to rank by, compared with the one `before` training."""
    return spread < _SMALLEST_SHARE * before
