"""Exact search: every vector is compared with the query."""

from ..base import AS_BUILT
from ..flat import FlatIndex
from .family import IndexFamily

EXACT = IndexFamily(
    "flat",
    None,
    lambda _, vectors, __: FlatIndex(vectors.shape[1]),
    lambda _: [AS_BUILT],
    exhaustive=True,
)
