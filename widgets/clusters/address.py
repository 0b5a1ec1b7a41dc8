"""What the address of the clusters screen holds: the part, the run, the chosen cluster, the colours. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from widgets.app_state.query_params import Params, first, number

PARTS = {
    "map": "Map",
    "clusters": "Clusters",
    "walk": "Walk",
    "outliers": "Outliers",
    "events": "Events",
    "runs": "Runs",
}
"""The parts of the screen, by the word that an address has for them."""
COLOURS = {
    "cluster": "Cluster",
    "label": "Label",
    "time": "Time taken",
    "copies": "Duplicate group",
    "outlier": "Outlier score",
    "trust": "Trust in the map",
}
"""What the dots of the map are coloured by."""
SORTS = {"size": "Largest first", "coherence": "Most coherent first", "name": "By name"}
"""How clusters are listed."""
KINDS = {"far": "Far from everything", "labels": "Likely mislabelled"}
"""What the part about outliers shows."""
MOST_K = 200
"""More clusters than this cannot be distinguished on one map."""


@dataclass(frozen=True)
class ClustersView:
    """What the clusters screen shows.

    `run` is the stored run in view; None is the latest. `k` is a number of clusters that is tried and not
    kept yet. `cluster` is the one that was chosen, `other` the run that is compared with the one in view.
    `at` counts pages from 1.
    """

    part: str = "map"
    run: int | None = None
    k: int | None = None
    cluster: int | None = None
    colour: str = "cluster"
    sort: str = "size"
    kind: str = "far"
    other: int | None = None
    at: int = 1

    @staticmethod
    def read(params: Params) -> "ClustersView":
        """From an address; what makes no sense there is left out."""
        usual = ClustersView()
        k = number(first(params, "k"), least=0)
        return ClustersView(
            part=_word(first(params, "part"), PARTS, usual.part),
            run=number(first(params, "run")),
            k=k if k is not None and 1 <= k <= MOST_K else None,
            cluster=number(first(params, "cluster"), least=0),
            colour=_word(first(params, "colour"), COLOURS, usual.colour),
            sort=_word(first(params, "sort"), SORTS, usual.sort),
            kind=_word(first(params, "kind"), KINDS, usual.kind),
            other=number(first(params, "with")),
            at=number(first(params, "at")) or 1,
        )

    def write(self) -> dict[str, list[str]]:
        """To an address; what is as usual is left out."""
        usual = ClustersView()
        said = {
            "part": self.part if self.part != usual.part else None,
            "run": self.run,
            "k": self.k,
            "cluster": self.cluster,
            "colour": self.colour if self.colour != usual.colour else None,
            "sort": self.sort if self.sort != usual.sort else None,
            "kind": self.kind if self.kind != usual.kind else None,
            "with": self.other,
            "at": self.at if self.at > 1 else None,
        }
        return {key: [str(value)] for key, value in said.items() if value is not None}


def _word(text: str, allowed: Mapping[str, str], usual: str) -> str:
    return text if text in allowed else usual
