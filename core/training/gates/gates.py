"""The paired comparisons that decide whether an adapter is offered."""

from collections.abc import Sequence

import numpy as np

from ...stats.interval import Interval
from ...stats.multiple_testing import holm
from ...stats.randomization_test import paired_test
from ..fitting.blend import Trial
from ..results import Aim, CategoryChange, Gate, GateName
from .tasks import blended

_TOLERANCE = 0.01
"""The loss that is still called none, of the mean and of the worst class."""
_SIGNIFICANT = 0.05
_TITLES: dict[GateName, str] = {
    "trained classes": "Held-out queries of the trained classes",
    "unseen classes": "Queries of classes that were never trained on",
    "words": "Search by words",
    "copies": "Finding altered copies",
    "duplicates": "Finding judged duplicates",
}


def judge(name: GateName, aim: Aim, trials: Sequence[Trial], missing: str = "", seed: int = 0) -> Gate:
    """Compare the blend of each trial's adapter with no adapter, query by query, over all trials together.

    With the aim ``gain`` the gate holds where the 95 % interval of the mean change is above 0 and the
    randomisation test agrees (p < 0.05). With the aim ``no loss`` it holds where the mean change is at least
    −0.01, no loss is shown (the interval reaches 0), and no class loses more than 0.01 with p < 0.05 after
    adjusting for the number of classes: the mean over a class's few queries moves by more than that by chance
    alone, and of ten classes one often does.

    Args:
        name: which gate.
        aim: see above.
        trials: held-out tasks and adapters with their shares. Without any the gate is not measured.
        missing: why it cannot be measured, for `reason`.
        seed: of the intervals.
    """
    if not trials:
        return not_measured(name, aim, missing)
    before, after = _values(trials)
    labels = [label for trial in trials for label in trial.task.categories]
    return judge_values(name, aim, trials[0].task.metric, labels, before, after, seed)


def not_measured(name: GateName, aim: Aim, missing: str) -> Gate:
    """A gate that could not be measured; `missing` says why."""
    reason = f"{_TITLES[name]}: not measured. {missing}"
    return Gate(name, aim, "", None, None, None, None, None, 0, (), reason)


def judge_values(
    name: GateName,
    aim: Aim,
    metric: str,
    labels: Sequence[str],
    before: np.ndarray,
    after: np.ndarray,
    seed: int = 0,
) -> Gate:
    """The gate over values ``(Q,)`` of the same queries before and after; `labels` names their classes."""
    result = paired_test(before, after, seed=seed)
    categories = _by_category(np.array(labels), before, after, seed)
    passed, why = _decide(aim, result.difference, result.interval, result.p_value, categories)
    reason = (
        f"{_TITLES[name]}: {metric} {before.mean():.3f} → {after.mean():.3f} on {len(before):,} queries "
        f"(change {result.difference:+.3f}, 95 % interval {result.interval.low:+.3f} to "
        f"{result.interval.high:+.3f}). {why}"
    )
    return Gate(
        name,
        aim,
        metric,
        passed,
        float(before.mean()),
        float(after.mean()),
        result.interval,
        result.p_value,
        len(before),
        categories,
        reason,
    )


def _values(trials: Sequence[Trial]) -> tuple[np.ndarray, np.ndarray]:
    before, after = [], []
    for trial in trials:
        old = trial.task.old_scores()
        before.append(trial.task.values(old))
        after.append(
            trial.task.values(blended(old, trial.task.new_scores(trial.adapter), trial.adapter.alpha))
        )
    return np.concatenate(before), np.concatenate(after)


def _by_category(
    labels: np.ndarray, before: np.ndarray, after: np.ndarray, seed: int
) -> tuple[CategoryChange, ...]:
    names = sorted(set(labels.tolist()) - {""})
    queries = {name: int(np.count_nonzero(labels == name)) for name in names}
    tested = {
        name: paired_test(before[labels == name], after[labels == name], seed=seed)
        for name in names
        if queries[name] > 1
    }
    adjusted = holm(np.array([one.p_value for one in tested.values()]))
    p_values = dict(zip(tested, adjusted.tolist(), strict=True))
    return tuple(
        CategoryChange(
            name,
            queries[name],
            float(before[labels == name].mean()),
            float(after[labels == name].mean()),
            tested[name].interval if name in tested else None,
            p_values.get(name),
        )
        for name in names
    )


def _decide(
    aim: Aim, change: float, interval: Interval, p_value: float, categories: Sequence[CategoryChange]
) -> tuple[bool, str]:
    if aim == "gain":
        if interval.low > 0 and p_value < _SIGNIFICANT:
            return True, "This is a gain."
        return False, "This is not a gain beyond chance."
    if change < -_TOLERANCE or interval.high < 0:
        return False, "This is a loss."
    for one in sorted(categories, key=lambda c: c.change):
        if one.change < -_TOLERANCE and one.p_value is not None and one.p_value < _SIGNIFICANT:
            return False, f"The label “{one.label}” loses {-one.change:.3f}."
    return True, "No loss is shown."
