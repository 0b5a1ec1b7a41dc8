"""What the address of the index screen holds: the part, the index in view, the query that is tried. Pure."""

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
        part = first(params, "part")
        text, like = read_text_or_like(params)
        return IndexView(
            part=part if part in PARTS else "measured",
            index=number(first(params, "index")),
            text=text,
            like=like,
        )

    def write(self) -> dict[str, list[str]]:
        """To an address; what is as usual is left out."""
        parts: dict[str, list[str]] = {}
        if self.part != "measured":
            parts["part"] = [self.part]
        if self.index is not None:
            parts["index"] = [str(self.index)]
        return parts | write_text_or_like(self.text, self.like)

    @property
    def query(self) -> Query | None:
        """The query that is tried, if there is one."""
        return text_or_like_query(self.text, self.like)
