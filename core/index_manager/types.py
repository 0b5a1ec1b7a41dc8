"""What answered a query."""

from dataclasses import dataclass

from ..index.base import AS_BUILT, SearchParameters
from ..index.tuning.wording import parameters_text


@dataclass(frozen=True)
class Served:
    """What answered a query.

    Attributes:
        name: ``"exact"`` or what kind of index it is, for people.
        index_id: the index's id in the collection, None where search is exact.
        parameters: what it was searched with.
        note: why exact search stands in for the index, or what it lacks yet, in a plain sentence.
    """

    name: str
    index_id: int | None
    parameters: SearchParameters
    note: str = ""

    @property
    def said(self) -> str:
        """What answered, in a few words: “exact search”, “HNSW M=32, efSearch=64”."""
        if self.index_id is None:
            return "exact search"
        return ", ".join(part for part in (self.name, parameters_text(self.parameters)) if part)


EXACT = Served("exact", None, AS_BUILT)
"""Exact search, as the collection wants it."""
