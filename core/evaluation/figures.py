"""Means with intervals, over all queries and by category."""

from collections.abc import Mapping, Sequence

import numpy as np

from core.evaluation.results import CategoryFigures, Figure
from core.metrics.arrays import FloatArray
from core.metrics.bootstrap import bootstrap_mean
from core.metrics.per_query import PerQuery

_CATEGORY_RESAMPLES = 1000


def figure(name: str, values: FloatArray, categories: Sequence[str], seed: int) -> Figure:
    """Mean and 95 % interval of one metric, `values` ``(Q,)`` in ``[0, 1]``, one category a query."""
    of_queries = PerQuery(values)
    interval = bootstrap_mean(values, seed=seed) if len(values) > 1 else None
    return Figure(name, of_queries.mean, of_queries.by(categories).macro, interval)


def category_figures(
    names: Sequence[str], values: FloatArray, categories: Sequence[str], seed: int
) -> tuple[CategoryFigures, ...]:
    """The same by category, in alphabetical order; `values` are ``(Q, M)``, M being the names."""
    rows: dict[str, list[int]] = {}
    for row, category in enumerate(categories):
        rows.setdefault(category, []).append(row)
    return tuple(
        CategoryFigures(category, len(rows[category]), _figures(names, values[rows[category]], seed))
        for category in sorted(rows)
    )


def _figures(names: Sequence[str], values: FloatArray, seed: int) -> Mapping[str, Figure]:
    found = {}
    for column, name in enumerate(names):
        one = np.ascontiguousarray(values[:, column])
        mean = float(one.mean())
        interval = bootstrap_mean(one, resamples=_CATEGORY_RESAMPLES, seed=seed) if len(one) > 1 else None
        found[name] = Figure(name, mean, mean, interval)
    return found
