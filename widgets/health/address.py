"""What the address of the health screen holds: the part, the kind of fault, and the page. Pure."""

from dataclasses import dataclass

from widgets.app_state.query_params import Params, first, number

PARTS = {
    "overview": "Overview",
    "drift": "Drift",
    "quality": "Quality",
    "splits": "Splits",
    "slices": "Slices",
    "integrity": "Integrity",
    "promises": "Promises",
}
"""The parts of the screen, by the word that an address has for them."""
SIDES = {"flagged": "Flagged", "near": "Just not flagged", "accepted": "Accepted"}
"""Which pictures of a kind are shown."""


@dataclass(frozen=True)
class HealthView:
    """What the health screen shows.

    `kind` is the kind of fault in view, empty for the first that has any; `side` says which of its pictures
    are shown, and `at` counts their pages from 1.
    """

    part: str = "overview"
    kind: str = ""
    side: str = "flagged"
    at: int = 1

    @staticmethod
    def read(params: Params) -> "HealthView":
        """From an address; what makes no sense there is left out."""
        part, side = first(params, "part"), first(params, "show")
        at = number(first(params, "at"))
        return HealthView(
            part=part if part in PARTS else "overview",
            kind=first(params, "kind")[:200],
            side=side if side in SIDES else "flagged",
            at=at or 1,
        )

    def write(self) -> dict[str, list[str]]:
        """To an address; what is as usual is left out."""
        parts: dict[str, list[str]] = {}
        if self.part != "overview":
            parts["part"] = [self.part]
        if self.kind:
            parts["kind"] = [self.kind]
        if self.side != "flagged":
            parts["show"] = [self.side]
        if self.at > 1:
            parts["at"] = [str(self.at)]
        return parts
