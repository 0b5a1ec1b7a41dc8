"""A linear map in closed form that shrinks the directions in which copies differ from their image.

With C the mean of ``δδᵀ`` over the differences δ of a copy and its image, the map is ``(C + εI)^(−1/2)``: the
within-class covariance normalisation of Hatch, Kajarekar and Stolcke, "Within-class covariance normalization
for SVM-based speaker recognition", Interspeech 2006, and the first half of the learned whitening of
Mikolajczyk and Matas, "Improving descriptors for fast tree matching by optimal linear projection", ICCV 2007.
No mean is taken out, so that words go through the same map.
"""

import numpy as np

from ..data.dataset import FloatArray, ImageCopies, IntArray

_FLOOR = 0.3
"""ε as a share of the mean eigenvalue of C: directions in which hardly any copy differs would be blown up."""


def copy_whitening(embeddings: FloatArray, copies: ImageCopies, rows: IntArray) -> FloatArray | None:
    """The map that shrinks what edits change, learned from the copies of the images at `rows`.

    Args:
        embeddings: ``(N, d)`` of all images.
        copies: with their sources.
        rows: ``(R,)``, images that may be learned from.

    Returns:
        ``(d, d)`` float32, symmetric, scaled so that mapped images have length 1 on average; None where no
        copy of these images differs from its image.
    """
    chosen = np.isin(copies.source, rows)
    difference = (copies.embeddings[chosen] - embeddings[copies.source[chosen]]).astype(np.float64)
    covariance = difference.T @ difference / max(1, len(difference))
    floor = _FLOOR * float(np.trace(covariance)) / len(covariance)
    if not floor > 0:
        return None
    values, vectors = np.linalg.eigh(covariance)
    whitening = (vectors / np.sqrt(np.maximum(values, 0) + floor)) @ vectors.T
    length = np.linalg.norm(embeddings[rows] @ whitening, axis=1).mean()
    return np.asarray(whitening / length, np.float32)
