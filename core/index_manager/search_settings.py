"""The search parameters of an index, by kind of query."""

from dataclasses import dataclass

from ..index.base import AS_BUILT, SearchParameters
from ..index.tuning.types import QueryKind
from ..stored import UNREADABLE, from_json


@dataclass(frozen=True)
class Settings:
    """The parameters for queries of each kind."""

    image: SearchParameters = AS_BUILT
    text: SearchParameters = AS_BUILT

    def of(self, kind: QueryKind) -> SearchParameters:
        """Return the parameters for queries of this kind."""
        return self.image if kind == "image" else self.text

    @staticmethod
    def from_json(text: str) -> "Settings":
        """Parse stored settings; the index's defaults if they cannot be read."""
        try:
            return from_json(Settings, text)
        except UNREADABLE:
            return Settings()
