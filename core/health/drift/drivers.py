"""The pictures that drive a change, picked by a classifier of new against old; it decides nothing.

Logistic regression on the embeddings, judged on pictures that it was not trained on (five folds). A picture's
score is its probability of being new, both sides weighed alike.
"""

import numpy as np

from ...collection.storage.vector_file import FloatArray
from ...stats.arrays import IntArray
from .types import Drivers

SHOWN = 12
FEWEST = 10
"""Pictures of a side below which there is nothing to learn from."""
_FOLDS = 5
_AXES = 64
_ALIKE = 0.97
"""Cosine from which two pictures show the same: the second one is not picked."""


def find_drivers(
    reference: FloatArray,
    batch: FloatArray,
    reference_ids: IntArray,
    batch_ids: IntArray,
    seed: int = 0,
) -> Drivers | None:
    """Pick the pictures of the batch that look newest, and those of the reference that the batch has least
    of.

    Args:
        reference: ``(n, dim)`` float32, L2-normalised.
        batch: ``(m, dim)`` float32, L2-normalised.
        reference_ids: ``(n,)``.
        batch_ids: ``(m,)``.
        seed: of the folds.

    Returns:
        None where a side has fewer than `FEWEST` pictures.
    """
    if min(len(reference), len(batch)) < FEWEST:
        return None
    from sklearn.decomposition import PCA
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    vectors = np.concatenate([reference, batch])
    new = np.repeat([0, 1], [len(reference), len(batch)])
    axes = min(_AXES, vectors.shape[1], len(vectors) - 1)
    # The axes are found without knowing which pictures are new, so they give nothing away.
    reduced = PCA(axes, svd_solver="randomized", random_state=seed).fit_transform(vectors)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, class_weight="balanced", max_iter=200))
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed)
    scores = cross_val_predict(model, reduced, new, cv=folds, method="predict_proba")[:, 1]
    old_scores, new_scores = scores[: len(reference)], scores[len(reference) :]
    newest = _distinct(batch, np.argsort(-new_scores, kind="stable"))
    missed = _distinct(reference, np.argsort(old_scores, kind="stable"))
    return Drivers(
        auc=float(roc_auc_score(new, scores)),
        newest=tuple(batch_ids[newest].tolist()),
        scores=tuple(float(one) for one in new_scores[newest]),
        missed=tuple(reference_ids[missed].tolist()),
    )


def _distinct(vectors: FloatArray, order: IntArray) -> IntArray:
    """The first `SHOWN` positions in this order, without pictures that look like one before them."""
    chosen: list[int] = []
    for at in order:
        if len(chosen) == SHOWN:
            break
        if not chosen or float((vectors[chosen] @ vectors[at]).max()) < _ALIKE:
            chosen.append(int(at))
    return np.array(chosen, np.int64)
