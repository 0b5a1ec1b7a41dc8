"""Choosing the share of the new embedding on validation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ...embedding.adapter import Adapter
from ..data.dataset import FloatArray
from ..gates.tasks import Task, blended
from ..results import AlphaFigures

SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True, eq=False)
class Trial:
    """A validation task and the adapter that is tried on it."""

    task: Task
    adapter: Adapter


@dataclass(frozen=True, eq=False)
class Guard:
    """Tasks that must not lose, together: the mean over all their queries.

    Attributes:
        trials: may be empty, where it cannot be measured.
        allowed_loss: what the mean may lose, in the units of the metric.
    """

    trials: Sequence[Trial]
    allowed_loss: float = 0.0


def choose_alpha(
    trained: Sequence[Trial], unseen: Guard, others: Sequence[Guard] = (), most: float = 1.0
) -> tuple[float, tuple[AlphaFigures, ...]]:
    """The share in `SHARES`, up to `most`, that is best for what was trained and costs nothing else.

    Best: the mean of `Task.values` and of what early stopping watches, such as P@5 and average precision. A
    share costs nothing where no guard loses more than it allows. Where every share costs something, it is
    the one whose largest loss beyond what is allowed is smallest.

    Args:
        trained: tasks that should gain; the mean over them counts. At least one.
        unseen: classes that their adapter was not trained on.
        others: whatever else must not lose.
        most: larger shares are measured and not chosen; at least the smallest of `SHARES`.

    Returns:
        the share, and the figures of every share.
    """
    gains = np.mean([_by_share(trial, _gain) for trial in trained], axis=0)[1:]
    kept, excess = None, np.zeros(len(SHARES))
    for guard in (unseen, *others):
        if not guard.trials:
            continue
        queries = [len(trial.task.queries) for trial in guard.trials]
        means = np.average([_by_share(trial, _mean) for trial in guard.trials], axis=0, weights=queries)
        kept = means[1:] if guard is unseen else kept
        excess = np.maximum(excess, means[0] - guard.allowed_loss - means[1:] - 1e-9)
    excess[np.array(SHARES) > most] = np.inf
    harmless = excess <= 0
    best = np.where(harmless, gains, -1.0).argmax() if harmless.any() else excess.argmin()
    values = np.mean([_by_share(trial, _mean) for trial in trained], axis=0)[1:]
    return SHARES[int(best)], tuple(
        AlphaFigures(alpha, float(values[at]), None if kept is None else float(kept[at]))
        for at, alpha in enumerate(SHARES)
    )


def _by_share(trial: Trial, measure: Callable[[Task, FloatArray], float]) -> np.ndarray:
    """What `measure` gives for the task at share 0 and at each of `SHARES`."""
    old, new = trial.task.old_scores(), trial.task.new_scores(trial.adapter)
    return np.array([measure(trial.task, blended(old, new, alpha)) for alpha in (0.0, *SHARES)])


def _mean(task: Task, scores: FloatArray) -> float:
    return float(task.values(scores).mean())


def _gain(task: Task, scores: FloatArray) -> float:
    return (_mean(task, scores) + task.watched(scores)) / 2
