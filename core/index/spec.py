"""The specification of an index: everything needed to build the same one again."""

from dataclasses import dataclass

from ..errors import IndexFileError
from ..stored import decoding, from_json

Family = str
"""The name of one of `core.index.families.registry.FAMILIES`."""


@dataclass(frozen=True)
class Recipe:
    """The specification of an index.

    Attributes:
        family: kind of structure, which determines the `SearchParameters` it uses.
        factory: FAISS's description of it, as `faiss.index_factory` reads it, such as ``"HNSW32"``.
        ef_construction: size of the candidate list while a graph is built (HNSW's efConstruction).
    """

    family: Family
    factory: str
    ef_construction: int | None = None

    @staticmethod
    def from_json(text: str) -> "Recipe":
        """Parse a stored recipe.

        Raises:
            IndexFileError: it is damaged.
        """
        with decoding(lambda: IndexFileError("The recipe of the index is damaged; build another index.")):
            return from_json(Recipe, text)


FLAT = Recipe("flat", "Flat")
"""Exact search."""
