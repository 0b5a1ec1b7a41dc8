"""The exact index of a space, in memory if it fits."""

from ..index.base import Index
from ..index.flat import FlatIndex
from ..index.mapped import MappedIndex

IN_MEMORY_BYTES = 2 << 30
"""Above this, 400,000 vectors of 1,296 dimensions, they stay in their file."""


def exact_index(count: int, dim: int) -> Index:
    """Create an empty exact index suitable for `count` vectors."""
    return FlatIndex(dim) if 4 * dim * count <= IN_MEMORY_BYTES else MappedIndex(dim)
