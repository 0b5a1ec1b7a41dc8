"""Metrics by name: ``metric("ndcg@10")``."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ..errors import MetricError
from .average_precision import average_precision
from .hit_rate import hit_rate
from .ndcg import ndcg_at_k
from .per_query import PerQuery
from .precision import precision_at_k
from .rankings import Rankings
from .recall import recall_at_k
from .reciprocal_rank import reciprocal_rank

_FUNCTIONS: dict[str, Callable[..., PerQuery]] = {
    "precision": precision_at_k,
    "recall": recall_at_k,
    "map": average_precision,
    "ndcg": ndcg_at_k,
    "ndcg_exp": partial(ndcg_at_k, gain="exponential"),
    "mrr": reciprocal_rank,
    "hit_rate": hit_rate,
}
_ALIASES = {"p": "precision", "r": "recall", "ap": "map", "rr": "mrr", "hit": "hit_rate"}
_TITLES = {
    "precision": "P",
    "recall": "R",
    "map": "mAP",
    "ndcg": "nDCG",
    "mrr": "MRR",
    "hit_rate": "Hit rate",
}
_NAME = re.compile(r"(?P<family>[a-z][a-z_]*)(?:@(?P<k>[1-9][0-9]{0,8}))?")


@dataclass(frozen=True)
class Metric:
    """A retrieval metric with its cut-off; call it with `Rankings` for one value a query."""

    family: str
    k: int | None = None

    def __call__(self, rankings: Rankings) -> PerQuery:
        """The metric of every query."""
        return _FUNCTIONS[self.family](rankings, self.k)

    @property
    def name(self) -> str:
        """The name that `metric` knows it by, such as ``"ndcg@10"``."""
        return self.family if self.k is None else f"{self.family}@{self.k}"

    @property
    def title(self) -> str:
        """The name for people, such as ``"nDCG@10"``."""
        title = _TITLES.get(self.family, "nDCG (exponential gain)")
        return title if self.k is None else f"{title}@{self.k}"


def metric(name: str) -> Metric:
    """The metric called `name`: a family, and after an ``@`` how many candidates count.

    ``"ndcg@10"``, ``"map"``, ``"P@5"``: capitals do not matter, and ``p``, ``r``, ``ap``, ``rr`` and ``hit``
    are short for the families. Without a cut-off all ranked candidates count.

    Raises:
        MetricError: there is no such metric, or it needs a cut-off and has none.
    """
    asked = _NAME.fullmatch(name.strip().lower())
    family = _ALIASES.get(asked["family"], asked["family"]) if asked else ""
    if asked is None or family not in _FUNCTIONS:
        raise MetricError(
            f"There is no metric “{name}”. Choose one of {', '.join(_FUNCTIONS)}, with a cut-off after an @ "
            "if only the first few count, such as ndcg@10."
        )
    k = int(asked["k"]) if asked["k"] else None
    if family == "precision" and k is None:
        raise MetricError(
            "Precision needs to know how many candidates count; write precision@10, for example."
        )
    return Metric(family, k)
