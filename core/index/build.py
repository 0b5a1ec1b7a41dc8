"""Building of an index from its recipe."""

import numpy as np

from ..errors import IndexingError
from ..jobs import Monitor
from .base import FloatArray, IdArray, Index
from .families.registry import find_family
from .spec import Recipe
from .validation import check_ids


def build(
    recipe: Recipe, ids: IdArray, vectors: FloatArray, monitor: Monitor | None = None, seed: int = 0
) -> Index:
    """Build an index over `vectors`, shape ``(N, dim)`` float32, under `ids`, shape ``(N,)`` int64.

    `vectors` may be a memory map: it is read in blocks. A structure that needs training is trained on a
    sample, which depends only on `seed`. The monitor is updated after each block, and may stop the work.

    Raises:
        IndexingError: a vector is zero or not finite, ids repeat or are negative, there are too few vectors
            to train on, or the recipe cannot be read.
        Cancelled: the monitor was asked to stop.
    """
    monitor = monitor or Monitor()
    if vectors.ndim != 2 or not vectors.shape[1]:
        raise IndexingError(f"Vectors of shape (N, dim) expected, got {vectors.shape}.")
    ids = np.asarray(ids, np.int64)
    check_ids(ids, len(vectors))
    monitor.expect(len(vectors))
    family = find_family(recipe.family)
    if not family.exhaustive:
        monitor.say("Learning from a sample")
    index, block = family.empty(recipe, vectors, seed), family.block
    monitor.check()
    monitor.say("Adding vectors")
    for start in range(0, len(vectors), block):
        monitor.check()
        part = slice(start, start + block)
        index.add(ids[part], vectors[part])
        monitor.advance(len(ids[part]))
    return index
