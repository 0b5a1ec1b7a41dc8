"""The result of a tuning: recipe, search parameters and certificates."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import compress
from typing import Any

import numpy as np

from ...stats.interval import Interval
from ...stats.pareto_front import pareto_optimal
from ..base import AS_BUILT, SearchParameters
from ..spec import FLAT, Recipe
from .types import KINDS, Candidate, Latency, Measured, QueryKind
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
        """Serialise to one line of JSON."""
        return json.dumps(asdict(self) | {"sentence": self.sentence}, ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> "Tuning":
        """Parse the tuning that `to_json` wrote."""
        read = json.loads(text)
        del read["sentence"]
        return Tuning(
            **read
            | {
                "recipe": Recipe(**read["recipe"]),
                "certificates": {
                    kind: _measured(read["certificates"][kind])
                    for kind in KINDS
                    if kind in read["certificates"]
                },
                "exact": None if read["exact"] is None else Latency(**read["exact"]),
                "candidates": tuple(
                    Candidate(**one | {"recipe": Recipe(**one["recipe"])}) for one in read["candidates"]
                ),
                "points": tuple(_measured(one) for one in read["points"]),
                "notes": tuple(read["notes"]),
            }
        )


def _measured(read: dict[str, Any]) -> Measured:
    return Measured(
        **read
        | {
            "recipe": Recipe(**read["recipe"]),
            "parameters": SearchParameters(**read["parameters"]),
            "interval": Interval(**read["interval"]),
            "latency": Latency(**read["latency"]),
        }
    )
