"""Metrics by name: ``metric("ndcg@10")``. A new one is a line in `FAMILIES`."""

import re
from dataclasses import dataclass

from ..errors import MetricError
from .average_precision import AVERAGE_PRECISION
from .family import MetricFamily
from .hit_rate import HIT_RATE
from .map_at_r import MAP_AT_R
from .ndcg import NDCG, NDCG_EXPONENTIAL
from .per_query import PerQuery
from .precision import PRECISION
from .rankings import Rankings
from .recall import RECALL
from .reciprocal_rank import RECIPROCAL_RANK

FAMILIES: tuple[MetricFamily, ...] = (
    PRECISION,
    RECALL,
    AVERAGE_PRECISION,
    MAP_AT_R,
    NDCG,
    NDCG_EXPONENTIAL,
    RECIPROCAL_RANK,
    HIT_RATE,
)
_BY_NAME = {one.name: one for one in FAMILIES}
_SHORT = {one.short: one.name for one in FAMILIES if one.short}
_NAME = re.compile(r"(?P<family>[a-z][a-z_]*)(?:@(?P<k>[1-9][0-9]{0,8}))?")


@dataclass(frozen=True)
class Metric:
    """A retrieval metric with its cut-off; call it with `Rankings` for one value per query."""

    family: str
    k: int | None = None

    def __call__(self, rankings: Rankings) -> PerQuery:
        """Compute the metric of every query."""
        return _BY_NAME[self.family].function(rankings, self.k)

    @property
    def name(self) -> str:
        """The name that `metric` accepts, such as ``"ndcg@10"``."""
        return self.family if self.k is None else f"{self.family}@{self.k}"

    @property
    def title(self) -> str:
        """The display name, such as ``"nDCG@10"``."""
        title = _BY_NAME[self.family].title
        return title if self.k is None else f"{title}@{self.k}"

    @property
    def meaning(self) -> str:
        """What it says, in one sentence; empty where none was written."""
        return _BY_NAME[self.family].meaning.format(k=self.k)


def metric(name: str) -> Metric:
    """Look up the metric `name`: a family, and after an ``@`` the number of candidates that count.

    ``"ndcg@10"``, ``"map"``, ``"P@5"``: case does not matter, and ``p``, ``r``, ``ap``, ``rr``, ``hit`` and
    ``map@r`` are short for the families. Without a cut-off all ranked candidates count.

    Raises:
        MetricError: there is no such metric, or it needs a cut-off and has none, or takes none.
    """
    written = name.strip().lower()
    asked = _NAME.fullmatch(_SHORT.get(written, written))
    family = _BY_NAME.get(_SHORT.get(asked["family"], asked["family"])) if asked else None
    if asked is None or family is None:
        raise MetricError(
            f"There is no metric “{name}”. Choose one of {', '.join(_BY_NAME)}, with a cut-off after an @ "
            "if only the first few count, such as ndcg@10."
        )
    k = int(asked["k"]) if asked["k"] else None
    if family.cutoff == "required" and k is None:
        raise MetricError(f"Write how many candidates count after an @, such as {family.name}@10.")
    if family.cutoff == "none" and k is not None:
        raise MetricError(f"{family.title} has its own cut-off; write {family.name}, without one.")
    return Metric(family.name, k)
