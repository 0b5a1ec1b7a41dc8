"""What every index offers."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IdArray = NDArray[np.int64]


@dataclass(frozen=True)
class Neighbours:
    """The k nearest of each query, nearest first.

    `ids` is ``(Q, k)`` int64 and `scores` ``(Q, k)`` float32, the inner product, larger is closer. Where
    fewer than k were found, ids are −1 and scores −inf.
    """

    ids: IdArray
    scores: FloatArray


class Index(Protocol):
    """A structure over L2-normalised vectors that answers k-nearest-neighbour queries by inner product."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    @property
    def size(self) -> int:
        """Number of vectors."""

    def add(self, ids: IdArray, vectors: FloatArray) -> None:
        """Add vectors of shape ``(N, dim)`` under ids of shape ``(N,)``, new ones and not negative."""

    def search(self, queries: FloatArray, k: int, allowed: IdArray | None = None) -> Neighbours:
        """The `k` nearest of each query, shape ``(Q, dim)``, among `allowed` ids where they are given."""
