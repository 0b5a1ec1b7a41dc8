"""The exact index of a space, in memory while it fits there."""

from ..index.base import Index
from ..index.flat import FlatIndex
from ..index.mapped import MappedIndex

IN_MEMORY_BYTES = 2 << 30
"""Above this, 400,000 vectors of 1,296 places, they stay in their file."""


def exact_index(count: int, dim: int) -> Index:
    """An empty exact index that suits `count` vectors."""
    return FlatIndex(dim) if 4 * dim * count <= IN_MEMORY_BYTES else MappedIndex(dim)
