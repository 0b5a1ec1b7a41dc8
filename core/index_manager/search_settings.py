"""The search parameters of an index, by kind of query."""

import json
from dataclasses import asdict, dataclass

from ..index.base import AS_BUILT, SearchParameters
from ..index.tuning.types import QueryKind
from ..stored import UNREADABLE


@dataclass(frozen=True)
class Settings:
    """The parameters for queries of each kind."""

    image: SearchParameters = AS_BUILT
    text: SearchParameters = AS_BUILT

    def of(self, kind: QueryKind) -> SearchParameters:
        """Return the parameters for queries of this kind."""
        return self.image if kind == "image" else self.text

    def to_json(self) -> str:
        """Serialise to one line of JSON, for the catalogue."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> "Settings":
        """Parse the settings that `to_json` wrote; the index's defaults if they cannot be read."""
        try:
            read = json.loads(text)
            return Settings(SearchParameters(**read["image"]), SearchParameters(**read["text"]))
        except UNREADABLE:
            return Settings()
