"""What the registry knows of a way to find clusters."""

from collections.abc import Callable
from dataclasses import dataclass

from ...jobs import Monitor
from ..types import FloatArray
from .base import Partition


@dataclass(frozen=True)
class Wanted:
    """What is asked of a method.

    Attributes:
        k: how many clusters, at least 2; means nothing to a method that finds the number itself.
        min_size: the smallest cluster of a method that finds the number itself, at least 2.
        seed: of all that is random.
    """

    k: int
    min_size: int
    seed: int


def _any_number(_: int) -> None:
    return


@dataclass(frozen=True)
class ClusterMethod:
    """A way to find clusters.

    Attributes:
        name: in stored runs and commands.
        title: display name, as used inside a sentence.
        about: one sentence for the screen.
        fit: from points ``(M, d)`` float32 to their clusters.
        by_density: whether it finds the number of clusters itself, as dense regions of a minimum size; it
            then gets vectors of few dimensions, for in many nothing is dense.
        check: raises `ClusteringError` where so many points are too many, before any long work.
    """

    name: str
    title: str
    about: str
    fit: Callable[[FloatArray, Wanted, Monitor], Partition]
    by_density: bool = False
    check: Callable[[int], None] = _any_number
