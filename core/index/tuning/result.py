"""The result of a tuning: recipe, search parameters and certificates."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import compress

import numpy as np

from ...stats.pareto_front import pareto_optimal
from ...stored import to_builtins
from ..base import AS_BUILT, SearchParameters
from ..spec import FLAT, Recipe
from .types import Candidate, Latency, Measured, QueryKind
from .wording import sentence


@dataclass(frozen=True)
class Tuning:
    """The result of a tuning.

    Attributes:
        recipe: what to build; `FLAT`, exact search, if nothing else was certified or is faster.
        certificates: what was certified for each kind of query, on queries not used for choosing; empty for
            exact search, which needs none.
        targets: the required recall@k, by kind.
        k: number of neighbours.
        vectors: number of vectors searched, without the held-out ones.
        dim: their dimension.
        exact: latency of exact search over the same vectors, in the same run.
        candidates: every index that was built, in that order.
        points: every index under every setting tried, measured on the selection queries.
        notes: remarks for the user, in sentences.
        seconds: how long it took.
    """

    recipe: Recipe
    certificates: Mapping[QueryKind, Measured]
    targets: Mapping[QueryKind, float]
    k: int
    vectors: int
    dim: int
    exact: Latency | None
    candidates: tuple[Candidate, ...]
    points: tuple[Measured, ...]
    notes: tuple[str, ...]
    seconds: float

    @property
    def is_exact(self) -> bool:
        """Whether the result is exact search."""
        return self.recipe == FLAT

    @property
    def candidate(self) -> Candidate | None:
        """The chosen index, as built; None for exact search."""
        return next((c for c in self.candidates if c.recipe == self.recipe), None)

    @property
    def memory_bytes(self) -> int:
        """Memory use of the chosen index in bytes, or of the vectors themselves for exact search."""
        return 4 * self.dim * self.vectors if self.candidate is None else self.candidate.memory_bytes

    def parameters(self, kind: QueryKind) -> SearchParameters:
        """Return the search parameters for a kind of query."""
        proven = self.certificates.get(kind)
        return AS_BUILT if proven is None else proven.parameters

    def speed_up(self, kind: QueryKind) -> float | None:
        """The speed-up over exact search (median latency); None if search is exact."""
        proven = self.certificates.get(kind)
        if proven is None or self.exact is None:
            return None
        return self.exact.p50_ms / max(proven.latency.p50_ms, 1e-6)

    def front(self, kind: QueryKind) -> list[Measured]:
        """Return the Pareto front of a kind in recall and latency, fastest first."""
        of_kind = {(-p.latency.p50_ms, p.recall): p for p in self.points if p.kind == kind}
        worth = pareto_optimal(np.array(list(of_kind), np.float64).reshape(-1, 2))
        return [of_kind[cost] for cost in sorted(compress(of_kind, worth), reverse=True)]

    @property
    def sentence(self) -> str:
        """Describe the result in one sentence."""
        ups = {kind: up for kind in self.certificates if (up := self.speed_up(kind)) is not None}
        return sentence(self.recipe, self.certificates, ups, self.k, self.vectors, self.memory_bytes)

    def to_json(self) -> str:
        """Serialise to one line of JSON, with the sentence beside the fields."""
        return json.dumps(to_builtins(self) | {"sentence": self.sentence}, ensure_ascii=False)
