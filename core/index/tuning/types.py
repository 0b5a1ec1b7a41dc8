"""Inputs and measurements of a tuning."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Literal

import numpy as np

from ...errors import IndexingError
from ...stats.interval import Interval
from ..base import FloatArray, IdArray, SearchParameters
from ..spec import Recipe

QueryKind = Literal["image", "text"]
"""Sentences lie off the manifold of the pictures and lose recall first, so the kinds are set apart. What has
any words in it counts as text."""
"""Sentences lie off the manifold of the pictures and lose recall first, so nothing is averaged over both."""
KINDS: tuple[QueryKind, ...] = ("image", "text")

TARGETS: Mapping[QueryKind, float] = MappingProxyType({"image": 0.99, "text": 0.95})
CONFIDENCE = 0.95
"""Of every interval. A certificate is the interval's lower end, which fails with half of the remaining
probability: so two certificates, one per kind of query, both hold with this confidence.
"""


@dataclass(frozen=True)
class Gallery:
    """The vectors to search: `vectors` ``(N, dim)`` float32, L2-normalised, under `ids` ``(N,)`` int64."""

    ids: IdArray
    vectors: FloatArray

    def __post_init__(self) -> None:
        if self.vectors.ndim != 2 or len(self.ids) != len(self.vectors):
            raise ValueError(f"{len(self.ids)} ids do not fit vectors of shape {self.vectors.shape}")

    @cached_property
    def _order(self) -> IdArray:
        return np.argsort(self.ids, kind="stable")

    def rows_of(self, ids: IdArray) -> IdArray:
        """Return the row of each id, −1 if there is none, in the shape of `ids`."""
        if not len(self.ids):
            return np.full(np.shape(ids), -1, np.int64)
        places = np.searchsorted(self.ids, ids, sorter=self._order)
        rows = self._order[np.minimum(places, len(self.ids) - 1)]
        return np.asarray(np.where(self.ids[rows] == ids, rows, -1), np.int64)


@dataclass(frozen=True)
class Queries:
    """Held-out queries of one kind, none of them in the gallery.

    Attributes:
        choosing: ``(A, dim)``: used to choose the index and its settings.
        certifying: ``(B, dim)``: used once, to certify the choice.
    """

    choosing: FloatArray
    certifying: FloatArray


@dataclass(frozen=True)
class Goal:
    """The goal of a tuning.

    Attributes:
        targets: the recall@k to certify for each kind of query, between 0 and 1.
        k: number of neighbours.
        memory_bytes: an index that takes more is not chosen; None for no limit.
        by: the quantile of the latency by which choices are compared.
    """

    targets: Mapping[QueryKind, float] = field(default_factory=lambda: TARGETS)
    k: int = 10
    memory_bytes: int | None = None
    by: Literal["p50", "p95"] = "p50"

    def __post_init__(self) -> None:
        if self.k < 1:
            raise IndexingError("The number of neighbours to tune for must be at least 1.")
        for target in self.targets.values():
            if not 0 < target < 1:
                raise IndexingError("A target for recall must lie between 0 and 1, such as 0.99.")
        if self.memory_bytes is not None and self.memory_bytes <= 0:
            raise IndexingError("The limit for memory must be positive.")


@dataclass(frozen=True)
class Latency:
    """Latency of single queries on one thread in milliseconds: median and 95th percentile over `queries`."""

    p50_ms: float
    p95_ms: float
    queries: int

    def of(self, quantile: Literal["p50", "p95"]) -> float:
        """Return one of the two."""
        return self.p50_ms if quantile == "p50" else self.p95_ms


@dataclass(frozen=True)
class Candidate:
    """An index that was built: seconds of the build, bytes on disk and in memory."""

    recipe: Recipe
    build_s: float
    memory_bytes: int
    disk_bytes: int


@dataclass(frozen=True)
class Measured:
    """A measurement of one index under one setting, for one kind of query.

    Attributes:
        recipe: of the index.
        parameters: the search parameters.
        kind: the kind of query.
        recall: mean recall@k over `queries` of them.
        interval: its confidence interval, by betting.
        queries: number of queries on which recall was measured.
        latency: of a query.
    """

    recipe: Recipe
    parameters: SearchParameters
    kind: QueryKind
    recall: float
    interval: Interval
    queries: int
    latency: Latency
