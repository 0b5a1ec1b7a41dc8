"""The interface of indexes."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IdArray = NDArray[np.int64]


@dataclass(frozen=True)
class Neighbours:
    """The k nearest of each query, nearest first.

    `ids` is ``(Q, k)`` int64 and `scores` ``(Q, k)`` float32, the inner product, larger is closer. If fewer
    than k were found, the remaining ids are −1 and the scores −inf.
    """

    ids: IdArray
    scores: FloatArray


def nothing(queries: int, k: int) -> Neighbours:
    """Build an empty result for this many queries."""
    return Neighbours(np.full((queries, k), -1, np.int64), np.full((queries, k), -np.inf, np.float32))


@dataclass(frozen=True)
class SearchParameters:
    """Search-time parameters; None means the index's own default.

    An index ignores parameters that do not apply to it.

    Attributes:
        ef_search: size of the candidate list in a graph search (HNSW's efSearch), at least 1.
        nprobe: number of lists of an inverted file to scan, at least 1.
        refine: number of candidates found by compressed vectors that are re-ranked by finer ones, at least 1.
    """

    ef_search: int | None = None
    nprobe: int | None = None
    refine: int | None = None


AS_BUILT = SearchParameters()
"""The parameters that the index was built with."""


class Index(Protocol):
    """A structure over L2-normalised vectors that answers k-nearest-neighbour queries by inner product.

    Searches may run concurrently; `add` and `remove` need exclusive access, which the caller must ensure.
    """

    @property
    def dim(self) -> int:
        """Dimension of a vector."""

    @property
    def size(self) -> int:
        """Number of searchable vectors."""

    @property
    def ids(self) -> IdArray:
        """Ids of the searchable vectors, ``(size,)``, in no particular order."""

    @property
    def memory_bytes(self) -> int:
        """Memory use in bytes, including pages mapped from files."""

    def add(self, ids: IdArray, vectors: FloatArray) -> None:
        """Add vectors of shape ``(N, dim)`` under ids of shape ``(N,)``, which must be new and not
        negative.
        """

    def remove(self, ids: IdArray) -> None:
        """Remove these ids; unknown ids are ignored."""

    def search(
        self,
        queries: FloatArray,
        k: int,
        allowed: IdArray | None = None,
        parameters: SearchParameters = AS_BUILT,
    ) -> Neighbours:
        """Find the `k` nearest of each query, shape ``(Q, dim)``, among `allowed` ids if given.

        Callers pass the same `allowed` array repeatedly and never change it, so data derived from it (a
        bitmap of a million ids takes milliseconds) may be cached until another array is passed.
        """
