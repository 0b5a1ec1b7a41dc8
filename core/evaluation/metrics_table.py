"""Means with intervals, over all queries and by category."""

from collections.abc import Mapping, Sequence

import numpy as np

from ..metrics.per_query import PerQuery
from ..stats.arrays import FloatArray
from ..stats.binomial_interval import clopper_pearson
from ..stats.bootstrap import bootstrap_mean
from ..stats.interval import Interval
from .results import CategoryFigures, Figure

_CATEGORY_RESAMPLES = 1000


def figure(name: str, values: FloatArray, categories: Sequence[str], seed: int) -> Figure:
    """Mean and 95 % interval of one metric, `values` ``(Q,)`` in ``[0, 1]``, one category a query."""
    of_queries = PerQuery(values)
    return Figure(name, of_queries.mean, of_queries.by(categories).macro, interval_of(values, seed))


def interval_of(values: FloatArray, seed: int, resamples: int = 2000) -> Interval | None:
    """95 % interval of the mean of `values` ``(Q,)`` in ``[0, 1]``; None for a single one.

    Where every query has 0 or 1 the mean is a proportion, and its exact interval is taken: a bootstrap of
    queries that were all answered well would claim that nothing else can happen.
    """
    if len(values) < 2:
        return None
    if np.isin(values, (0.0, 1.0)).all():
        return clopper_pearson(int(values.sum()), len(values))
    return bootstrap_mean(values, resamples=resamples, seed=seed)


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
        found[name] = Figure(name, mean, mean, interval_of(one, seed, _CATEGORY_RESAMPLES))
    return found
