"""What the address of the index screen holds: the part, the index in view, the query that is tried. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.search.query import Query

Params = Mapping[str, Sequence[str]]

PARTS = {
    "measured": "Recall and speed",
    "try": "Try a query",
    "all": "All indexes",
}
"""The parts of the screen, by the word that an address has for them."""


@dataclass(frozen=True)
class IndexView:
    """What the index screen shows.

    `index` is the stored index whose measurements are in view; None is the latest. `text` or `like`, a
    picture of the collection, is the query that is tried; where an address has both, the picture counts.
    """

    part: str = "measured"
    index: int | None = None
    text: str = ""
    like: int | None = None

    @staticmethod
    def read(params: Params) -> "IndexView":
        """From an address; what makes no sense there is left out."""
        part = _first(params, "part")
        like = _number(_first(params, "like"))
        return IndexView(
            part=part if part in PARTS else "measured",
            index=_number(_first(params, "index")),
            text="" if like is not None else _first(params, "q").strip()[:500],
            like=like,
        )

    def write(self) -> dict[str, list[str]]:
        """To an address; what is as usual is left out."""
        parts: dict[str, list[str]] = {}
        if self.part != "measured":
            parts["part"] = [self.part]
        if self.index is not None:
            parts["index"] = [str(self.index)]
        if self.like is not None:
            parts["like"] = [str(self.like)]
        elif self.text:
            parts["q"] = [self.text]
        return parts

    @property
    def query(self) -> Query | None:
        """The query that is tried, if there is one."""
        if self.like is not None:
            return Query(like=(self.like,))
        return Query(text=self.text) if self.text else None


def _first(params: Params, key: str) -> str:
    values = params.get(key, ())
    return values[0].replace("\0", "") if values else ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 10 and int(text) else None
