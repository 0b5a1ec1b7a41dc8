"""What the address of the evaluation screen holds: the part, the run, and what it is compared with. Pure."""

from dataclasses import dataclass

from widgets.app_state.query_params import Params, first, number

PARTS = {
    "overview": "Overview",
    "queries": "Queries",
    "compare": "Compare",
    "rerankers": "Re-rankers",
    "encoders": "Encoders",
    "speed": "Speed and size",
    "review": "Review",
    "runs": "All runs",
}
"""The parts of the screen, by the word that an address has for them."""


@dataclass(frozen=True)
class EvaluationView:
    """What the evaluation screen shows.

    `run` is the stored run in view and `other` the one it is compared with; None is the latest, or the one
    that suits best. `metric` is the one that is drawn, `category` narrows the queries, `at` counts their
    pages from 1, and `query` is the sentence in review.
    """

    part: str = "overview"
    run: int | None = None
    other: int | None = None
    metric: str = ""
    category: str = ""
    at: int = 1
    query: str = ""

    @staticmethod
    def read(params: Params) -> "EvaluationView":
        """From an address; what makes no sense there is left out."""
        part = first(params, "part")
        return EvaluationView(
            part=part if part in PARTS else "overview",
            run=number(first(params, "run")),
            other=number(first(params, "with")),
            metric=first(params, "metric")[:40],
            category=first(params, "of")[:500],
            at=number(first(params, "at")) or 1,
            query=first(params, "q")[:500],
        )

    def write(self) -> dict[str, list[str]]:
        """To an address; what is as usual is left out."""
        parts: dict[str, list[str]] = {}
        if self.part != "overview":
            parts["part"] = [self.part]
        if self.run is not None:
            parts["run"] = [str(self.run)]
        if self.other is not None:
            parts["with"] = [str(self.other)]
        if self.metric:
            parts["metric"] = [self.metric]
        if self.category:
            parts["of"] = [self.category]
        if self.at > 1:
            parts["at"] = [str(self.at)]
        if self.query:
            parts["q"] = [self.query]
        return parts
