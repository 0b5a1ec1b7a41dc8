"""Choosing the share of the new embedding on validation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.embedding.adapter import Adapter
from core.training.results import AlphaFigures
from core.training.tasks import Task, blended

SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True, eq=False)
class Trial:
    """A validation task and the adapter that is tried on it."""

    task: Task
    adapter: Adapter


def choose_alpha(
    trained: Sequence[Trial], unseen: Sequence[Trial], allowed_loss: float = 0.0
) -> tuple[float, tuple[AlphaFigures, ...]]:
    """The share in `SHARES` that is best for what was trained among those that cost unseen classes nothing.

    A share costs nothing where the mean over the queries of `unseen` is at most `allowed_loss` below that of
    the old embedding. Where every share costs something, it is the one that costs least.

    Args:
        trained: tasks that should gain; the mean of their means counts. At least one.
        unseen: tasks of classes that their adapter was not trained on; may be empty.
        allowed_loss: what `unseen` may lose, in the units of its metric.

    Returns:
        the share, and the figures of every share.
    """
    gains = np.mean([_by_share(trial) for trial in trained], axis=0)
    figures = [AlphaFigures(alpha, float(gain), None) for alpha, gain in zip(SHARES, gains[1:], strict=True)]
    if not unseen:
        return SHARES[int(gains[1:].argmax())], tuple(figures)
    queries = np.array([len(trial.task.queries) for trial in unseen])
    kept = np.average([_by_share(trial) for trial in unseen], axis=0, weights=queries)
    figures = [
        AlphaFigures(alpha, float(gain), float(value))
        for alpha, gain, value in zip(SHARES, gains[1:], kept[1:], strict=True)
    ]
    harmless = kept[1:] >= kept[0] - allowed_loss - 1e-9
    if not harmless.any():
        return SHARES[int(kept[1:].argmax())], tuple(figures)
    return SHARES[int(np.where(harmless, gains[1:], -1.0).argmax())], tuple(figures)


def _by_share(trial: Trial) -> np.ndarray:
    """The task's mean at share 0 and at each of `SHARES`."""
    old, new = trial.task.old_scores(), trial.task.new_scores(trial.adapter)
    return np.array([trial.task.values(blended(old, new, alpha)).mean() for alpha in (0.0, *SHARES)])
