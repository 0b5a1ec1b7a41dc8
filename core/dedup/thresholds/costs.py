"""Expected cost of errors, a missed duplicate against a false alarm, and the cheapest threshold."""

from dataclasses import dataclass

import numpy as np

from ...errors import DedupError
from ..labels.labeled_pairs import DIFFERENT, DUPLICATE, FloatArray, JudgedPairs


@dataclass(frozen=True)
class Cost:
    """Expected errors at a threshold, in pairs: false alarms, missed duplicates, and their total cost.

    `cost` is in units of false alarms, of which one missed duplicate is worth a given number.
    """

    threshold: float
    false_alarms: float
    missed: float
    cost: float


def costs(pairs: JudgedPairs, thresholds: FloatArray, missed_is_worth: float) -> list[Cost]:
    """Compute the expected errors at each threshold, from the pairs' probabilities.

    Judged pairs are never errors, because verdicts override the score. Duplicates that were not candidates
    are not counted.

    Args:
        pairs: the candidates.
        thresholds: ``(T,)``.
        missed_is_worth: cost of one missed duplicate in false alarms, above 0.

    Raises:
        DedupError: `missed_is_worth` is not above 0.
    """
    if not missed_is_worth > 0:
        raise DedupError("One missed duplicate must be worth more than no false alarm at all.")
    open_ = np.sort(pairs.probability[(pairs.verdict != DUPLICATE) & (pairs.verdict != DIFFERENT)])
    below = np.searchsorted(open_, thresholds, side="left")
    duplicates = np.concatenate([[0.0], np.cumsum(open_)])
    missed = duplicates[below]
    false_alarms = (len(open_) - below) - (duplicates[-1] - missed)
    false_alarms = np.maximum(false_alarms, 0.0)  # rounding
    return [
        Cost(float(t), float(f), float(m), float(f + missed_is_worth * m))
        for t, f, m in zip(thresholds, false_alarms, missed, strict=True)
    ]


def cheapest(pairs: JudgedPairs, missed_is_worth: float) -> Cost:
    """Compute the threshold of the lowest expected cost.

    To call a pair of probability p a duplicate costs 1 − p, to miss it c p, so it is 1/(1 + c) whatever the
    pairs (Elkan, "The foundations of cost-sensitive learning", IJCAI 2001); it is as accurate as the
    probabilities.
    """
    if not missed_is_worth > 0:
        raise DedupError("One missed duplicate must be worth more than no false alarm at all.")
    (found,) = costs(pairs, np.array([1 / (1 + missed_is_worth)]), missed_is_worth)
    return found
