"""What an evaluation found, and all that it depended on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from ..errors import EvaluationError
from ..index.base import FloatArray, IdArray
from ..metrics.registry import metric
from ..stats.arrays import BoolArray, IntArray
from ..stats.arrays import FloatArray as Values
from ..stats.interval import Interval
from .protocols.task import EvalQuery


@dataclass(frozen=True)
class Setup:
    """All that the figures of a run depended on; plain values, so that it can be stored and compared.

    `encoders` are those whose spaces a picture had to be in to take part; `data_hash` digests the pictures
    and labels that did, `judgement_hash` the queries and what answers them; `versions` names the code.
    """

    protocol: str
    parameters: Mapping[str, Any]
    encoder: str
    fingerprint: str
    encoders: tuple[str, ...]
    index: str
    index_parameters: Mapping[str, Any]
    reranker: str | None
    reranker_parameters: Mapping[str, Any]
    k: int
    seed: int
    metrics: tuple[str, ...]
    queries: int
    pictures: int
    data_hash: str
    judgement_hash: str
    versions: Mapping[str, str]
    machine: str


@dataclass(frozen=True)
class Figure:
    """One metric over some queries: its mean in ``[0, 1]`` and, from two queries on, a 95 % interval.

    `macro` is the mean over the means of the categories, so that each of them counts alike.
    """

    metric: str
    mean: float
    macro: float
    interval: Interval | None

    @property
    def title(self) -> str:
        """The metric's display name, such as ``"nDCG@10"``."""
        return metric(self.metric).title


@dataclass(frozen=True)
class CategoryFigures:
    """The figures of the queries of one category, by metric."""

    category: str
    queries: int
    figures: Mapping[str, Figure]


@dataclass(frozen=True)
class Answer:
    """One picture of a ranking: its rank from 1, its score where the order follows from scores, and whether
    it answers the query.
    """

    rank: int
    picture_id: int
    score: float | None
    relevant: bool


@dataclass(frozen=True)
class Stage:
    """How long one stage of answering a query takes, in milliseconds: median and 95th percentile."""

    name: str
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True)
class Speed:
    """How fast an encoder is here, in milliseconds; None where there was nothing to measure it on.

    `picture_ms` is decoding and embedding one picture in batches of eight, `image_query_ms` a search by a
    picture from outside and `text_query_ms` one by words, both medians.
    """

    picture_ms: float | None
    image_query_ms: float | None
    text_query_ms: float | None


@dataclass(frozen=True)
class Costs:
    """Time and space, measured through the search engine itself.

    `stages` end with the total. `disk_bytes` are the stored vectors, `memory_bytes` the index, `build_ms`
    is how long the index takes to build from them. `timed` is the number of queries that were timed.
    `speed` is there where encoders were compared.
    """

    timed: int
    stages: tuple[Stage, ...]
    disk_bytes: int
    memory_bytes: int
    build_ms: float
    speed: Speed | None = None

    def stage(self, name: str) -> Stage:
        """The stage of this name, ``"total"`` for all together."""
        return next(stage for stage in self.stages if stage.name == name)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Figures over all queries and by category, and what every query got.

    Attributes:
        setup: all that the figures depended on.
        queries: Q of them.
        values: each query's metrics, ``(Q, M)`` float64 in the order of ``setup.metrics``.
        relevant: how many pictures answer each query, ``(Q,)`` int64.
        hits: ids of the first k of each ranking, ``(Q, k)`` int64, −1 where there are fewer.
        scores: their cosines, ``(Q, k)`` float32; None where the order does not follow from scores.
        right: which of them answer the query, ``(Q, k)`` bool.
        expected: a few of the ids that answer each query, ``(Q, ≤ 3)``, to show what was missed.
        figures: means with intervals, in the order of ``setup.metrics``.
        categories: the same by category, in alphabetical order.
        notes: plain sentences on what was left out and sampled.
        costs: time and space, if they were measured.
        id: its number among the stored runs, None where it is not stored.
        at: when it was stored.
    """

    setup: Setup
    queries: tuple[EvalQuery, ...]
    values: Values = field(repr=False)
    relevant: IntArray = field(repr=False)
    hits: IdArray = field(repr=False)
    scores: FloatArray | None = field(repr=False)
    right: BoolArray = field(repr=False)
    expected: tuple[tuple[int, ...], ...] = field(repr=False)
    figures: tuple[Figure, ...]
    categories: tuple[CategoryFigures, ...]
    notes: tuple[str, ...] = ()
    costs: Costs | None = None
    id: int | None = None
    at: datetime | None = None

    def figure(self, name: str) -> Figure:
        """The figure of a metric, by any of its names (``"p@5"``).

        Raises:
            MetricError: there is no such metric.
            EvaluationError: it was not measured in this run.
        """
        return self.figures[self.column(name)]

    def column(self, name: str) -> int:
        """Where a metric stands in `values`.

        Raises:
            MetricError: there is no such metric.
            EvaluationError: it was not measured in this run.
        """
        full = metric(name).name
        if full not in self.setup.metrics:
            raise EvaluationError(f"{metric(name).title} was not measured in this run.")
        return self.setup.metrics.index(full)

    def worst(self, name: str = "map", n: int = 20) -> list[int]:
        """Rows of the `n` queries with the lowest value, lowest first; ties in the order of the queries."""
        order = np.argsort(self.values[:, self.column(name)], kind="stable")
        return [int(row) for row in order[:n]]

    def answers(self, row: int) -> tuple[Answer, ...]:
        """The first k of one query's ranking, best first."""
        return tuple(
            Answer(
                rank,
                int(picture_id),
                None if self.scores is None else float(self.scores[row, rank - 1]),
                bool(self.right[row, rank - 1]),
            )
            for rank, picture_id in enumerate(self.hits[row], start=1)
            if picture_id >= 0
        )

    @property
    def title(self) -> str:
        """What was measured, in one line for lists of runs."""
        rerank = f" + {self.setup.reranker}" if self.setup.reranker else ""
        return f"{self.setup.protocol} · {self.setup.encoder}{rerank}"
