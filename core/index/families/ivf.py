"""Lists of vectors around centroids (an inverted file), often with compressed vectors."""

import re

from ..base import SearchParameters
from ..faiss_index import FaissIndex
from ..spec import Recipe
from .family import IndexFamily
from .trained import trained

_SHARES = (
    *((16, 30), (32, 40), (64, 60), (80, 80), (96, 100), (112, 100), (128, 100), (144, 100), (160, 100)),
    *((160, 120), (192, 150), (256, 400), (384, 800), (512, 1200), (640, 1600), (768, 1600)),
    *((1024, 1600), (1024, 2400)),
)
"""Lists to scan of 1,024, and candidates to refine with 512 lists; cheapest first."""
_LISTS = 512
_FEWEST = 20


def _settings(recipe: Recipe) -> list[SearchParameters]:
    found = re.search(r"IVF(\d+)", recipe.factory)
    lists = int(found[1]) if found else 1
    wider = (lists / _LISTS) ** 0.5
    return [
        SearchParameters(nprobe=max(1, lists * share // 1024), refine=max(_FEWEST, round(wider * refined)))
        for share, refined in _SHARES
    ]


IVF = IndexFamily(
    "ivf",
    r"",
    lambda recipe, vectors, seed: FaissIndex(recipe, trained(recipe, vectors, seed)),
    _settings,
    parameters=("nprobe",),
)
