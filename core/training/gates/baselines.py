"""What an adapter is compared with besides no adapter: whitening, and simpler negatives."""

from collections.abc import Mapping

import numpy as np

from ...embedding.adapter import Adapter
from ..data.dataset import FloatArray, TrainingDataset
from ..data.splits import Split
from ..results import Baseline
from .tasks import blended, label_task

_DIRECTIONS = 128
_SMALLEST_SHARE = 1e-4
"""Directions with less than this share of the largest variance hold noise, which whitening would blow up."""


def whitened(train: FloatArray, embeddings: FloatArray) -> FloatArray:
    """Embeddings with mean and covariance of `train` taken out, in its first 128 principal directions.

    Jégou and Chum, "Negative evidences and co-occurences in image retrieval", ECCV 2012.

    Args:
        train: ``(T, d)``, what mean and covariance are estimated from.
        embeddings: ``(N, d)``.

    Returns:
        ``(N, ≤ 128)`` float32, L2-normalised.
    """
    mean = train.mean(axis=0)
    variances, directions = np.linalg.eigh(np.cov(train - mean, rowvar=False).reshape(train.shape[1], -1))
    kept = np.flatnonzero(variances >= _SMALLEST_SHARE * max(float(variances[-1]), 1e-12))[::-1][:_DIRECTIONS]
    out = (embeddings - mean) @ (directions[:, kept] / np.sqrt(variances[kept]))
    return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12), np.float32)


def compare_baselines(
    dataset: TrainingDataset, split: Split, adapters: Mapping[str, Adapter]
) -> tuple[Baseline, ...]:
    """P@5 and mean average precision of labelled test queries: no adapter, whitening, then `adapters`.

    Returns:
        one row for each, in that order; none where no test image has a label that a training image has.
    """
    task = label_task(dataset, split.test, split.train) if adapters else None
    if task is None:
        return ()
    old = task.old_scores()
    scores = {"no adapter": old}
    train = dataset.embeddings[split.train]
    scores["whitening"] = whitened(train, task.queries) @ whitened(train, task.gallery).T
    for name, adapter in adapters.items():
        scores[name] = blended(old, task.new_scores(adapter), adapter.alpha)
    return tuple(
        Baseline(name, float(task.values(one).mean()), float(task.average_precisions(one).mean()))
        for name, one in scores.items()
    )
