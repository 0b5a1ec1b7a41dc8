"""Searching features that were never normalised: long ones win, whatever they show."""

import numpy as np

from ...errors import LookalikeError
from .types import FloatArray, IntArray, Series, Shown, nearest, without_self

K = 5


def raw_norms(vectors: FloatArray, norms: FloatArray, labels: IntArray) -> Shown:
    """Rank by the dot product of features as they came out of the network, and by the cosine.

    Args:
        vectors: ``(N, dim)``, L2-normalised.
        norms: ``(N,)``, how long each was before it was normalised; those of NaN are left out.
        labels: ``(N,)``, a number for each label; −1 for none. With fewer than two labels agreement with the
            cosine's answers is measured instead of precision.

    Raises:
        LookalikeError: fewer than 20 norms are known.
    """
    known = np.isfinite(norms)
    vectors, norms, labels = vectors[known], norms[known].astype(np.float64), labels[known]
    if len(vectors) < 20:
        raise LookalikeError("How long the features were is known of fewer than 20 pictures.")
    cosine = without_self(vectors.astype(np.float64) @ vectors.T.astype(np.float64))
    k = min(K, len(vectors) - 1)
    right, wrong = nearest(cosine, k), nearest(cosine * norms[None, :], k)
    labelled = labels >= 0
    if len(np.unique(labels[labelled])) >= 2:
        measure = f"P@{k}"
        good = (labels[right] == labels[:, None])[labelled].mean()
        bad = (labels[wrong] == labels[:, None])[labelled].mean()
    else:
        measure = f"agreement with the cosine's first {k}"
        good, bad = 1.0, np.mean([len(np.intersect1d(a, b)) / k for a, b in zip(right, wrong, strict=True)])
    long = norms >= np.quantile(norms, 0.9)
    share, fair = long[wrong].mean(), long[right].mean()
    counts, edges = np.histogram(norms, bins=24)
    middles = (edges[1:] + edges[:-1]) / 2
    return Shown(
        measure,
        float(bad),
        float(good),
        f"Before normalisation the features were {norms.min():.3g} to {norms.max():.3g} long (median "
        f"{np.median(norms):.3g}). The tenth with the longest takes {share:.0%} of the places when they are "
        f"searched by the dot product, and {fair:.0%} by the cosine. After normalisation each has length 1.",
        "Length of the features before normalisation (L2 norm)",
        "Pictures",
        (Series("Pictures", tuple(middles.tolist()), tuple(counts.astype(float).tolist())),),
        bars=True,
    )
