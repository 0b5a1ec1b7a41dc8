"""Candidate structures for a collection of a given size, and candidate settings.

Measured on 100,000 vectors of 1296 dimensions, crops of photos (`benchmarks/vectors.py`), one thread per
query:

- Text queries lie off the manifold of the pictures, and graphs lose them: HNSW with 32 links finds 0.67,
  0.79 and 0.87 of their ten nearest at efSearch 128, 256 and 512. Codes are not affected: PCA to 384
  dimensions, 4 bits for every two, half of the lists scanned and the best 1,600 refined find 0.95 in the time
  that the graph takes for 0.87. With few lists scanned, the same structure answers image queries: 0.99 in two
  thirds of the time of the graph.
- PCA must not subtract the mean (see `core.index.build`): with it the same codes found 0.4 of text.
- PCA to 256 dimensions loses recall for text, PCA to 512 is slower for images; so are more lists.
- One bit per dimension (RaBitQ) needs all 1296 rotated ones, finds 0.93 for text, and takes four times as
long.
- A graph over vectors of one byte per dimension, or over projected ones, is no faster at equal recall for
  images, and half as fast for text.
- The learned rotation of OPQ takes five minutes of training and is no better than a random one.
"""

import math

from .base import SearchParameters
from .families.registry import find_family
from .spec import FLAT, Recipe

SMALL = 10_000
"""Up to this many vectors exact search takes a few milliseconds, and no index is worth building."""
LARGE = 300_000
"""From this many vectors on they are stored in a quarter of the space, one byte per dimension."""
_PROJECTED = 384
_PROJECTED_OF_LARGE = 512


def candidate_recipes(size: int, dim: int) -> list[Recipe]:
    """List the recipes to try for `size` vectors of dimension `dim`, most promising first; for few vectors
    only exact search.
    """
    if size <= SMALL:
        return [FLAT]
    lists = _lists(size)
    width = min(_PROJECTED if size < LARGE else _PROJECTED_OF_LARGE, dim // 8 * 8)
    if not width:
        return [Recipe("hnsw", "HNSW32", 80), FLAT]
    codes = f"PCAR{width},IVF{lists},PQ{width // 2}x4fsr"
    if size >= LARGE:
        return [Recipe("ivf", f"{codes},Refine(SQ8)"), Recipe("hnsw", "HNSW32_SQ8", 80), FLAT]
    return [
        Recipe("ivf", f"{codes},RFlat"),
        Recipe("hnsw", "HNSW32", 80),
        Recipe("ivf", f"{codes},Refine(SQ8)"),
        FLAT,
    ]


def settings(recipe: Recipe) -> list[SearchParameters]:
    """List the settings to try for `recipe`, cheapest first."""
    return find_family(recipe.family).settings(recipe)


def _lists(size: int) -> int:
    """Choose the number of lists:

    a power of two that grows as the square root of `size`, from 64 on. More lists make codes finer and raise
    recall for text; for 100,000 vectors they would slow down image queries.
    """
    return max(64, 1 << round(math.log2((4 if size >= LARGE else 2) * size**0.5)))
