"""What the list of re-rankers says of each."""

from collections.abc import Callable
from dataclasses import dataclass, field

from ...collection.collection import Collection


def _always(_: Collection) -> bool:
    return True


@dataclass(frozen=True)
class RerankerInfo:
    """One line of the list of re-rankers.

    Attributes:
        name: what `find_reranker` takes, addresses hold and commands name.
        title: for people.
        about: one sentence on what it puts first.
        one_picture: whether it needs one picture to look for and nothing else in the query; with other
            queries the first order remains.
        available: whether a collection can use it.
    """

    name: str
    title: str
    about: str
    one_picture: bool = False
    available: Callable[[Collection], bool] = field(default=_always, repr=False, compare=False)
