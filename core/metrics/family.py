"""What the registry knows of a metric."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .per_query import PerQuery
from .rankings import Rankings


@dataclass(frozen=True)
class MetricFamily:
    """A retrieval metric at any cut-off.

    Attributes:
        name: in files, addresses and commands, such as ``"ndcg"``.
        title: for people, such as ``"nDCG"``.
        function: one value per query from `Rankings` and the number of candidates that count.
        short: another name that may be typed for it; empty for none.
        meaning: one sentence for people, in which ``{k}`` is the cut-off; empty for none.
        cutoff: whether a cut-off after an ``@`` may, must or cannot be given.
    """

    name: str
    title: str
    function: Callable[[Rankings, int | None], PerQuery]
    short: str = ""
    meaning: str = ""
    cutoff: Literal["optional", "required", "none"] = "optional"
