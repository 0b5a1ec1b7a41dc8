"""Whether one run is better than another on the same queries, and by how much."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..errors import EvaluationError
from ..metrics.registry import metric
from ..stats.multiple_testing import holm
from ..stats.randomization_test import PairedResult, paired_test
from .results import Evaluation

SIGNIFICANT = 0.05


@dataclass(frozen=True)
class MetricComparison:
    """One metric in two runs over the same queries.

    `p_adjusted` is the p-value of the paired test after Holm's correction for all the metrics and runs that
    were compared together.
    """

    metric: str
    before: float
    after: float
    test: PairedResult
    p_adjusted: float

    @property
    def title(self) -> str:
        """The metric's display name."""
        return metric(self.metric).title

    @property
    def significant(self) -> bool:
        """Whether the difference is more than luck would give, at 5 %."""
        return self.p_adjusted < SIGNIFICANT

    @property
    def sentence(self) -> str:
        """Such as “P@5 rises by 0.021 (95 % CI 0.012–0.030, p < 0.001).”."""
        low, high = self.test.interval.low, self.test.interval.high
        p = f"p {_p(self.p_adjusted)}"
        if not self.test.better and not self.test.worse:
            return f"{self.title} is the same for every query."
        if not self.significant:
            interval = f"95 % CI {_signed(low)} to {_signed(high)}"
            return (
                f"{self.title} shows no significant difference ({_signed(self.test.difference)}, "
                f"{interval}, {p})."
            )
        if self.test.difference < 0:
            low, high = -high, -low
        verb = "rises" if self.test.difference > 0 else "falls"
        # An interval can cross 0 even so: the test and the bootstrap are two methods.
        interval = f"{low:.3f}–{high:.3f}" if low >= 0 else f"{_signed(low)} to {_signed(high)}"
        return f"{self.title} {verb} by {abs(self.test.difference):.3f} (95 % CI {interval}, {p})."


@dataclass(frozen=True)
class Comparison:
    """Two runs, metric by metric, over the queries that both asked."""

    before: Evaluation
    after: Evaluation
    metrics: tuple[MetricComparison, ...]
    queries: int
    notes: tuple[str, ...] = ()

    def of(self, name: str) -> MetricComparison:
        """The comparison of one metric, by any of its names.

        Raises:
            MetricError: there is no such metric.
            EvaluationError: it was not measured in both runs.
        """
        full = metric(name).name
        for one in self.metrics:
            if one.metric == full:
                return one
        raise EvaluationError(f"{metric(name).title} was not measured in both runs.")


def compare(before: Evaluation, after: Evaluation, *, seed: int = 0) -> Comparison:
    """Compare two runs by paired randomisation tests, corrected by Holm's method over their metrics.

    Raises:
        EvaluationError: the runs have fewer than two queries in common, or no metric.
    """
    return compare_each(before, [after], seed=seed)[0]


def compare_each(
    before: Evaluation, others: Sequence[Evaluation], *, seed: int = 0
) -> tuple[Comparison, ...]:
    """Compare each of `others` with `before`, corrected over all metrics of all of them together.

    Raises:
        EvaluationError: a run has fewer than two queries in common with `before`, or no metric.
    """
    found = [_compare(before, after, seed) for after in others]
    p_values = np.array([one.test.p_value for comparison in found for one in comparison.metrics])
    adjusted = iter(holm(p_values).tolist())
    return tuple(
        replace(
            comparison, metrics=tuple(replace(one, p_adjusted=next(adjusted)) for one in comparison.metrics)
        )
        for comparison in found
    )


def _compare(before: Evaluation, after: Evaluation, seed: int) -> Comparison:
    names = [name for name in before.setup.metrics if name in after.setup.metrics]
    if not names:
        raise EvaluationError("The two runs measured no metric in common; evaluate both with the same k.")
    row_of = {query.key: row for row, query in enumerate(after.queries)}
    rows = [(row, row_of[query.key]) for row, query in enumerate(before.queries) if query.key in row_of]
    if len(rows) < 2:
        raise EvaluationError(
            "The two runs have fewer than two queries in common, so they cannot be compared. Evaluate both "
            "by the same protocol, on the same pictures."
        )
    first, second = np.array(rows, np.int64).T
    compared = []
    for name in names:
        a = before.values[first, before.column(name)]
        b = after.values[second, after.column(name)]
        test = paired_test(a, b, seed=seed)
        compared.append(MetricComparison(name, float(a.mean()), float(b.mean()), test, test.p_value))
    return Comparison(before, after, tuple(compared), len(rows), tuple(_notes(before, after, len(rows))))


def _notes(before: Evaluation, after: Evaluation, common: int) -> list[str]:
    notes = []
    alone = len(before.queries) + len(after.queries) - 2 * common
    if alone:
        notes.append(f"Compared over the {common:,} queries of both runs; {alone:,} are in one of them only.")
    if before.setup.data_hash != after.setup.data_hash:
        notes.append("Pictures or labels changed between the two runs, which may explain a difference.")
    elif before.setup.judgement_hash != after.setup.judgement_hash:
        notes.append("The two runs do not agree on what is asked or right, which may explain a difference.")
    return notes


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")
