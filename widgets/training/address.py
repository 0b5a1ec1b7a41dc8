"""What the address of the training screen holds: the part, the version in view, the query compared. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.search.query import Query

Params = Mapping[str, Sequence[str]]

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
        part = _first(params, "part")
        like = _number(_first(params, "like"))
        return TrainingView(
            part=part if part in PARTS else "fooled",
            version=_number(_first(params, "version")),
            text="" if like is not None else _first(params, "q").strip()[:500],
            like=like,
        )

    def write(self) -> dict[str, list[str]]:
        """To an address; what is as usual is left out."""
        parts: dict[str, list[str]] = {}
        if self.part != "fooled":
            parts["part"] = [self.part]
        if self.version is not None:
            parts["version"] = [str(self.version)]
        if self.like is not None:
            parts["like"] = [str(self.like)]
        elif self.text:
            parts["q"] = [self.text]
        return parts

    @property
    def query(self) -> Query | None:
        """The query that is compared, if there is one."""
        if self.like is not None:
            return Query(like=(self.like,))
        return Query(text=self.text) if self.text else None


def _first(params: Params, key: str) -> str:
    values = params.get(key, ())
    return values[0].replace("\0", "") if values else ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 10 and int(text) else None
