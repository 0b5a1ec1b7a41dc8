"""The specification of an index: everything needed to build the same one again."""

import json
from dataclasses import asdict, dataclass
from typing import Literal

from ..errors import IndexFileError
from ..stored import decoding

Family = Literal["flat", "hnsw", "ivf"]


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

    def to_json(self) -> str:
        """Serialise to one line of JSON, for a catalogue or a file."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> "Recipe":
        """Parse the recipe that `to_json` wrote.

        Raises:
            IndexFileError: it is not the output of `to_json`.
        """
        with decoding(lambda: IndexFileError("The recipe of the index is damaged; build another index.")):
            return Recipe(**json.loads(text))


FLAT = Recipe("flat", "Flat")
"""Exact search."""
