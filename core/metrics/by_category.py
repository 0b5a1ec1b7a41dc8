"""Means by category, and over categories."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import MetricError
from ..stats.arrays import FloatArray, Labels


@dataclass(frozen=True)
class Category:
    """The queries of one category: total, with a value, and with nothing relevant to find."""

    name: Hashable
    total: float
    counted: int
    skipped: int

    @property
    def mean(self) -> float | None:
        """Mean over the queries with a value, or None if there are none."""
        return self.total / self.counted if self.counted else None


@dataclass(frozen=True)
class ByCategory:
    """All categories, in the order in which they first occur."""

    categories: tuple[Category, ...]

    @property
    def micro(self) -> float:
        """Mean over queries: a category is weighted by its number of queries.

        Raises:
            MetricError: no query has a value.
        """
        counted = [category for category in self.categories if category.counted]
        _need(counted)
        return sum(category.total for category in counted) / sum(category.counted for category in counted)

    @property
    def macro(self) -> float:
        """Mean over the means of the categories: each category that has a value has the same weight.

        Raises:
            MetricError: no query has a value.
        """
        means = [category.mean for category in self.categories if category.mean is not None]
        _need(means)
        return sum(means) / len(means)


def by_category(values: FloatArray, labels: Labels) -> ByCategory:
    """Group `values` of shape ``(Q,)``, NaN where a query has none, by `labels` of length Q.

    Raises:
        ValueError: the number of labels is not that of the queries.
    """
    if len(labels) != len(values):
        raise ValueError(f"{len(values)} labels expected, one per query, got {len(labels)}")
    codes: dict[Hashable, int] = {}
    names = labels.tolist() if isinstance(labels, np.ndarray) else labels
    code = np.array([codes.setdefault(name, len(codes)) for name in names], np.int64)
    answered = ~np.isnan(values)
    total = np.bincount(code[answered], weights=values[answered], minlength=len(codes))
    counted = np.bincount(code[answered], minlength=len(codes))
    all_of_it = np.bincount(code, minlength=len(codes))
    return ByCategory(
        tuple(
            Category(name, float(total[i]), int(counted[i]), int(all_of_it[i] - counted[i]))
            for name, i in codes.items()
        )
    )


def _need(found: Sequence[object]) -> None:
    if not found:
        raise MetricError("No category has a query with anything relevant to find; label more pictures.")
