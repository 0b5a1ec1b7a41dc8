"""Query expansion: search again with the mean of the query and its first answers.

Average query expansion: Chum et al., "Total Recall: Automatic query expansion with a generative feature
model for object retrieval", ICCV 2007. Weighted by a power of the cosine (αQE): Radenović et al.,
"Fine-tuning CNN image retrieval with no human annotation", PAMI 2018.
"""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

NEIGHBOURS, ALPHA = 10, 3.0


def expand(
    query: FloatArray, candidates: FloatArray, n: int = NEIGHBOURS, alpha: float = ALPHA
) -> FloatArray:
    """Move the query towards its first `n` candidates.

    Args:
        query: ``(dim,)`` float32, L2-normalised.
        candidates: ``(N, dim)`` float32, L2-normalised, best first.
        n: number of candidates to use, at least 0; all if there are fewer.
        alpha: each is weighted by its cosine to this power, negative cosines by 0; 0 is the plain average.

    Returns:
        ``(dim,)`` float32, L2-normalised.

    Raises:
        ValueError: `n` or `alpha` is negative, or the shapes do not match.
    """
    if n < 0 or alpha < 0:
        raise ValueError(f"n ≥ 0 and alpha ≥ 0 expected, got {n} and {alpha}")
    if candidates.ndim != 2 or query.shape != candidates.shape[1:]:
        raise ValueError(f"(dim,) and (N, dim) expected, got {query.shape} and {candidates.shape}")
    first = candidates[:n].astype(np.float64)
    weights = np.clip(first @ query.astype(np.float64), 0.0, None) ** alpha
    moved = query.astype(np.float64) + weights @ first
    length = float(np.linalg.norm(moved))
    return np.asarray(moved / length if length > 1e-9 else query, np.float32)
