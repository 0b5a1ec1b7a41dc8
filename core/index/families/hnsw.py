"""A graph of near neighbours (HNSW)."""

from ..base import SearchParameters
from ..faiss_index import FaissIndex
from .family import IndexFamily
from .trained import trained

HNSW = IndexFamily(
    "hnsw",
    r"(^|,)HNSW",
    lambda recipe, vectors, seed: FaissIndex(recipe, trained(recipe, vectors, seed)),
    lambda _: [SearchParameters(ef_search=breadth) for breadth in (16, 32, 64, 128, 256, 512)],
    parameters=("ef_search",),
    block=2_048,
)
