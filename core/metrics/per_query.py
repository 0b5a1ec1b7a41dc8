"""One metric's value for every query, and their mean.

A query without relevant items has no value: 0 would penalise the search for what cannot be found, and 1 would
reward it. Such queries are excluded from every mean, and counted.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from ..errors import MetricError
from ..stats.arrays import BoolArray, FloatArray, IntArray, Labels
from .by_category import ByCategory, by_category


@dataclass(frozen=True, eq=False)
class PerQuery:
    """Values of shape ``(Q,)``, float64, in ``[0, 1]``; NaN for a query with nothing relevant."""

    values: FloatArray

    @classmethod
    def where(cls, answerable: BoolArray, values: FloatArray) -> Self:
        """Keep `values` of the queries that are `answerable`, both ``(Q,)``; NaN elsewhere."""
        return cls(np.where(answerable, values, np.nan))

    @property
    def answered(self) -> BoolArray:
        """Which queries have a value, ``(Q,)``."""
        return ~np.isnan(self.values)

    @property
    def kept(self) -> FloatArray:
        """The values of the queries that have one, ``(counted,)``."""
        return self.values[self.answered]

    @property
    def counted(self) -> int:
        """Number of queries with a value."""
        return int(np.count_nonzero(self.answered))

    @property
    def skipped(self) -> int:
        """Number of queries without relevant items."""
        return len(self.values) - self.counted

    @property
    def mean(self) -> float:
        """Mean over the queries that have a value: each query has the same weight (for AP this is mAP).

        Raises:
            MetricError: no query has a value.
        """
        if not self.counted:
            raise MetricError(
                f"None of the {len(self.values)} queries has anything relevant to find, so there is nothing "
                "to average; give labels to more pictures."
            )
        return float(self.kept.mean())

    def worst(self, n: int) -> IntArray:
        """Return the rows of the `n` lowest values, lowest first; ties in the order of their rows."""
        order = np.argsort(self.values, kind="stable")  # NaN sorts last
        return order[: min(n, self.counted)]

    def by(self, labels: Labels) -> ByCategory:
        """Group the values by the category of each query, `labels` of length Q.

        Raises:
            ValueError: the number of labels is not that of the queries.
        """
        return by_category(self.values, labels)
