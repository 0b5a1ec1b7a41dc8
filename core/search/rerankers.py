"""The re-rankers of the first answers of a search. A new one is a line in `RERANKERS`.

    engine.search(Query(image=photo), k=10, rerank="local", depth=50)

`rerankers` lists those of a collection, `find_reranker` makes one by its name.
"""

from typing import Protocol

from ..collection.collection import Collection
from ..embedding.adapted_encoder import split_name
from ..errors import QueryError
from .learned import KeptReranker
from .local_match import FirstOrder, Reranker, SecondOrder
from .rerank.details import LocalReranker
from .rerank.diversity import DiversityReranker
from .rerank.expansion import ExpansionReranker
from .rerank.info import RerankerInfo
from .rerank.k_reciprocal import KReciprocalReranker
from .rerank.other_encoder import PREFIX, EncoderReranker

__all__ = ["FirstOrder", "Reranker", "RerankerInfo", "SecondOrder", "find_reranker", "rerankers"]


class ListedReranker(Reranker, Protocol):
    """A re-ranker with its line in the list."""

    @property
    def info(self) -> RerankerInfo:
        """Its line in the list."""


RERANKERS: tuple[ListedReranker, ...] = (
    LocalReranker(),
    KReciprocalReranker(),
    ExpansionReranker(),
    DiversityReranker(),
    KeptReranker(),
)
"""Those that need no second encoder, in the order in which they are shown."""
_BY_NAME = {one.name: one for one in RERANKERS}


def rerankers(collection: Collection) -> list[RerankerInfo]:
    """The re-rankers that `collection` can use, in the order in which to show them."""
    own = collection.base_encoder_name
    others = {s.encoder: None for s in collection.spaces() if split_name(s.encoder)[0] != own}
    listed = [one.info for one in RERANKERS if one.info.available(collection)]
    return listed + [EncoderReranker(name).info for name in others]


def find_reranker(name: str) -> ListedReranker:
    """The re-ranker called `name`.

    Raises:
        QueryError: there is none.
    """
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name.startswith(PREFIX) and name != PREFIX:
        return EncoderReranker(name.removeprefix(PREFIX))
    raise QueryError(
        f"There is no re-ranker “{name}”. Choose one of {', '.join(_BY_NAME)}, or {PREFIX} and the name of "
        "another encoder that the pictures are embedded with."
    )


def reranker_title(name: str) -> str:
    """The title of a re-ranker for people; its name where a stored run names one that there is no more."""
    try:
        return find_reranker(name).info.title
    except QueryError:
        return name
