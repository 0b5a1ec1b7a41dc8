"""Which structures are worth building for a collection of some size, and which settings worth trying."""

from core.indexing.index import AS_BUILT, SearchParameters
from core.indexing.recipe import FLAT, Recipe

SMALL = 10_000
"""Up to so many vectors exact search takes a few milliseconds, and nothing else is worth building."""


def candidate_recipes(size: int, dim: int) -> list[Recipe]:
    """What to try for `size` vectors of length `dim`, most promising first; for few exact search alone."""
    if size <= SMALL:
        return [FLAT]
    lists = max(64, 1 << round(4 * size**0.5).bit_length() - 1)
    turned = min(256, dim // 4 * 4)
    return [
        Recipe("hnsw", "HNSW32", 80),
        Recipe("hnsw", "HNSW32_SQ8", 80),
        Recipe("ivf", f"PCA{turned},IVF{lists},PQ{turned // 2}x4fs,Refine(SQ8)"),
        FLAT,
    ]


def settings(recipe: Recipe) -> list[SearchParameters]:
    """The settings worth trying for `recipe`, from the cheapest to the dearest."""
    if recipe.family == "flat":
        return [AS_BUILT]
    if recipe.family == "hnsw":
        return [SearchParameters(ef_search=breadth) for breadth in (16, 32, 64, 128, 256, 512)]
    return [
        SearchParameters(nprobe=probed, refine=refine)
        for probed in (4, 16, 64, 256)
        for refine in (50, 200, 800)
    ]
