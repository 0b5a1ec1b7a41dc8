"""Which structures are worth building for a collection of some size, and which settings worth trying.

Measured on 100,000 vectors of 1296 numbers, crops of photos (`benchmarks/vectors.py`), one thread a query:

- Text queries lie off the manifold of the pictures, and graphs lose them: HNSW with 32 links finds 0.67,
  0.79 and 0.87 of their ten nearest at efSearch 128, 256 and 512. Codes do not care where a query lies: PCA
  to 384 numbers, 4 bits for each two, a half of them scanned and the best 1,600 looked at again find 0.95 in
  the time that the graph takes for 0.87. Looking into few lists answers image queries, by the same structure:
  0.99 in two thirds of the time of the graph.
- PCA must not take the mean away (see `core.index.build`): with it the same codes found 0.4 of text.
- PCA to 256 numbers loses text, to 512 takes longer for images; more lists are slower for images as well.
- One bit a number (RaBitQ) needs all 1296 rotated ones, finds 0.93 of text, and takes four times as long.
- A graph over vectors of one byte a number, or projected ones, is no faster at equal recall for images, and
  twice as slow for text.
- The learned rotation of OPQ takes five minutes of training for what a random one does.
"""

import math
import re

from .base import AS_BUILT, SearchParameters
from .spec import FLAT, Recipe

SMALL = 10_000
"""Up to so many vectors exact search takes a few milliseconds, and nothing else is worth building."""
LARGE = 300_000
"""From so many vectors on they are kept in a quarter of the room, each number in one byte."""
_PROJECTED = 384
_PROJECTED_OF_LARGE = 512
_SHARES = (
    *((16, 30), (32, 40), (64, 60), (80, 80), (96, 100), (112, 100), (128, 100), (144, 100), (160, 100)),
    *((160, 120), (192, 150), (256, 400), (384, 800), (512, 1200), (640, 1600), (768, 1600)),
    *((1024, 1600), (1024, 2400)),
)
"""Lists to look into, of 1,024, and candidates to look at again where there are 512 lists; cheapest first."""
_LISTS = 512
_FEWEST = 20


def candidate_recipes(size: int, dim: int) -> list[Recipe]:
    """What to try for `size` vectors of length `dim`, most promising first; for few exact search alone."""
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
    """The settings worth trying for `recipe`, from the cheapest to the dearest."""
    if recipe.family == "flat":
        return [AS_BUILT]
    if recipe.family == "hnsw":
        return [SearchParameters(ef_search=breadth) for breadth in (16, 32, 64, 128, 256, 512)]
    found = re.search(r"IVF(\d+)", recipe.factory)
    lists = int(found[1]) if found else 1
    wider = (lists / _LISTS) ** 0.5
    return [
        SearchParameters(nprobe=max(1, lists * share // 1024), refine=max(_FEWEST, round(wider * refined)))
        for share, refined in _SHARES
    ]


def _lists(size: int) -> int:
    """A power of two that grows as the square root of `size`, from 64 on.

    More of them make codes finer and words easier to find; for 100,000 they would cost images time.
    """
    return max(64, 1 << round(math.log2((4 if size >= LARGE else 2) * size**0.5)))
