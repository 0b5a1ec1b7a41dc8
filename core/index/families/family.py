"""What the registry knows of a kind of index."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from ..base import FloatArray, SearchParameters
from ..faiss_index import FaissIndex
from ..flat import FlatIndex
from ..spec import Recipe


@dataclass(frozen=True)
class IndexFamily:
    """A kind of index.

    Attributes:
        name: in stored recipes.
        pattern: regular expression of the FAISS descriptions (`Recipe.factory`) that are of this kind; None
            where it is not built from one.
        empty: an index that holds nothing yet, trained on ``(N, dim)`` float32 vectors with a seed. Raises
            `IndexingError` where they are too few or the recipe cannot be read.
        settings: the settings worth trying for a recipe, from the cheapest to the dearest.
        parameters: the fields of `SearchParameters` that it uses.
        block: how many vectors are added between two looks at whether to stop, about a second of work.
        exhaustive: whether every vector is compared, by a FAISS structure under an ``IDMap2``; such an index
            is stored and restored as a `FlatIndex`, others as a `FaissIndex`.
    """

    name: str
    pattern: str | None
    empty: Callable[[Recipe, FloatArray, int], FlatIndex | FaissIndex]
    settings: Callable[[Recipe], list[SearchParameters]]
    parameters: tuple[str, ...] = ()
    block: int = 16_384
    exhaustive: bool = False

    def reads(self, factory: str) -> bool:
        """Whether this FAISS description is of this kind."""
        return self.pattern is not None and re.search(self.pattern, factory) is not None
