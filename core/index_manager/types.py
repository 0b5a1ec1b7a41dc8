"""What answered a query."""

from dataclasses import dataclass

from ..index.base import AS_BUILT, SearchParameters
from ..index.tuning.wording import parameters_text


@dataclass(frozen=True)
class Served:
    """What answered a query.

    Attributes:
        name: ``"exact"`` or the display name of the kind of index.
        index_id: the index's id in the collection, None for exact search.
        parameters: the search parameters.
        note: why exact search replaces the index, or what is not in it yet, in a plain sentence.
    """

    name: str
    index_id: int | None
    parameters: SearchParameters
    note: str = ""

    @property
    def said(self) -> str:
        """A short description of the index: “exact search”, “HNSW M=32, efSearch=64”."""
        if self.index_id is None:
            return "exact search"
        return ", ".join(part for part in (self.name, parameters_text(self.parameters)) if part)


EXACT = Served("exact", None, AS_BUILT)
"""Exact search, as configured."""
