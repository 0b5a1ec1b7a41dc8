"""Calibration of probabilities: Brier score, reliability diagram, expected calibration error."""

from dataclasses import dataclass

import numpy as np

from .arrays import BoolArray, ScoreArray
from .binomial_interval import clopper_pearson
from .interval import Interval


@dataclass(frozen=True)
class ReliabilityBar:
    """One bar of a reliability diagram: similar predictions and their outcomes.

    Attributes:
        low: lower end of the bar, included.
        high: upper end, included in the last bar alone.
        count: number of predictions in it, at least one.
        predicted: their mean.
        observed: the share of them that were true.
        interval: of that share.
    """

    low: float
    high: float
    count: int
    predicted: float
    observed: float
    interval: Interval


def brier_score(probabilities: ScoreArray, outcomes: BoolArray) -> float:
    """Compute the mean squared difference between predictions and outcomes, in ``[0, 1]``; 0 is best.

    Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 1950.

    Args:
        probabilities: ``(N,)`` in ``[0, 1]``.
        outcomes: ``(N,)`` bool.

    Raises:
        ValueError: there are no predictions, the shapes differ, or a value is not a probability.
    """
    _check(probabilities, outcomes)
    return float(np.mean((probabilities - outcomes) ** 2))


def reliability(
    probabilities: ScoreArray, outcomes: BoolArray, bars: int = 10, *, confidence: float = 0.95
) -> list[ReliabilityBar]:
    """Compute a reliability diagram: predictions in equal bins of ``[0, 1]``, without the empty ones.

    Args:
        probabilities: ``(N,)`` in ``[0, 1]``.
        outcomes: ``(N,)`` bool.
        bars: number of bins, at least 1.
        confidence: of the interval of each observed share (Clopper and Pearson).

    Raises:
        ValueError: there are no predictions, the shapes differ, a value is not a probability, or `bars` is
            below 1.
    """
    _check(probabilities, outcomes)
    if bars < 1:
        raise ValueError(f"bars ≥ 1 expected, got {bars}")
    place = np.minimum((probabilities * bars).astype(int), bars - 1)
    found = []
    for bar in np.unique(place).tolist():
        here = place == bar
        count, true = int(here.sum()), int(outcomes[here].sum())
        found.append(
            ReliabilityBar(
                bar / bars,
                (bar + 1) / bars,
                count,
                float(probabilities[here].mean()),
                true / count,
                clopper_pearson(true, count, confidence=confidence),
            )
        )
    return found


def calibration_error(bars: list[ReliabilityBar]) -> float:
    """Compute the gap between predicted and observed shares, averaged over the bars weighted by count; in
    ``[0, 1]``.

    Expected calibration error: Naeini, Cooper and Hauskrecht, AAAI 2015.
    """
    total = sum(bar.count for bar in bars)
    return sum(bar.count * abs(bar.predicted - bar.observed) for bar in bars) / total if total else 0.0


def _check(probabilities: ScoreArray, outcomes: BoolArray) -> None:
    if probabilities.ndim != 1 or probabilities.shape != outcomes.shape or outcomes.dtype != np.bool_:
        raise ValueError(
            f"probabilities and bools of one shape (N,) expected, got {probabilities.shape} and "
            f"{outcomes.dtype} {outcomes.shape}"
        )
    if not len(probabilities):
        raise ValueError("at least one prediction expected")
    if not ((probabilities >= 0) & (probabilities <= 1)).all():
        raise ValueError("probabilities between 0 and 1 expected")
