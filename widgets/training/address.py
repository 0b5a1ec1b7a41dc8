"""What the address of the training screen holds: the part, the version in view, the query compared. Pure."""

from dataclasses import dataclass

from core.search import Query
from widgets.app_state.query_params import (
    Params,
    first,
    number,
    read_text_or_like,
    text_or_like_query,
    write_text_or_like,
)

PARTS = {
    "fooled": "What fools the search",
    "outcome": "What came of it",
    "compare": "Before and after",
    "versions": "Versions",
}
"""The parts of the screen, by the word that an address has for them."""


@dataclass(frozen=True)
class TrainingView:
    """What the training screen shows.

    `version` is the adapter in view; None is the latest. `text` or `like`, a picture of the collection, is
    the query that is compared; where an address has both, the picture counts.
    """

    part: str = "fooled"
    version: int | None = None
    text: str = ""
    like: int | None = None

    @staticmethod
    def read(params: Params) -> "TrainingView":
        """From an address; what makes no sense there is left out."""
        part = first(params, "part")
        text, like = read_text_or_like(params)
        return TrainingView(
            part=part if part in PARTS else "fooled",
            version=number(first(params, "version")),
            text=text,
            like=like,
        )

    def write(self) -> dict[str, list[str]]:
        """To an address; what is as usual is left out."""
        parts: dict[str, list[str]] = {}
        if self.part != "fooled":
            parts["part"] = [self.part]
        if self.version is not None:
            parts["version"] = [str(self.version)]
        return parts | write_text_or_like(self.text, self.like)

    @property
    def query(self) -> Query | None:
        """The query that is compared, if there is one."""
        return text_or_like_query(self.text, self.like)
