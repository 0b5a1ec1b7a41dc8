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


def nothing(queries: int, k: int) -> Neighbours:
    """The answer to so many queries where nothing was found."""
    return Neighbours(np.full((queries, k), -1, np.int64), np.full((queries, k), -np.inf, np.float32))


@dataclass(frozen=True)
class SearchParameters:
    """What may be changed from one query to the next; None leaves it to the index.

    An index ignores what it has no use for.

    Attributes:
        ef_search: breadth of the walk through a graph (HNSW's efSearch), at least 1.
        nprobe: how many lists of an inverted file are looked into, at least 1.
        refine: how many candidates found by compressed vectors are compared again by finer ones, at least 1.
    """

    ef_search: int | None = None
    nprobe: int | None = None
    refine: int | None = None


AS_BUILT = SearchParameters()
"""Whatever the index was built with."""


class Index(Protocol):
    """A structure over L2-normalised vectors that answers k-nearest-neighbour queries by inner product.

    Searches may run at once; nothing may run beside `add` and `remove`, which is the caller's care.
    """

    @property
    def dim(self) -> int:
        """Length of a vector."""

    @property
    def size(self) -> int:
        """Number of vectors that can be found."""

    @property
    def ids(self) -> IdArray:
        """Ids of the vectors that can be found, ``(size,)``, in no particular order."""

    @property
    def memory_bytes(self) -> int:
        """Bytes of memory that the structure takes, pages mapped from files included."""

    def add(self, ids: IdArray, vectors: FloatArray) -> None:
        """Add vectors of shape ``(N, dim)`` under ids of shape ``(N,)``, new ones and not negative."""

    def remove(self, ids: IdArray) -> None:
        """Let these ids never be found again; ids that are not there are ignored."""

    def search(
        self,
        queries: FloatArray,
        k: int,
        allowed: IdArray | None = None,
        parameters: SearchParameters = AS_BUILT,
    ) -> Neighbours:
        """The `k` nearest of each query, shape ``(Q, dim)``, among `allowed` ids where they are given.

        Callers hand over the same `allowed` array again and again and never change it, so what is made of
        it (a bitmap of a million ids takes milliseconds) may be kept until another array comes.
        """
