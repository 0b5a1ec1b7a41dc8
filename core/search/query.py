"""What can be asked."""

from dataclasses import dataclass, field
from pathlib import Path

from ..collection.types import Filter
from ..index.tuning.types import QueryKind


@dataclass(frozen=True)
class Region:
    """A rectangle of a picture as fractions of its width and height, the origin at the top left."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Query:
    """A question to a collection; its parts may be mixed.

    `text` is a sentence, `image` a file or the bytes of one, `like` and `unlike` are ids of pictures of
    the collection or sentences. `region` crops `image`, or the single picture in `like` where there is
    no image. `where` narrows what may be found.
    """

    text: str = ""
    image: bytes | Path | None = field(default=None, repr=False)
    region: Region | None = None
    like: tuple[int | str, ...] = ()
    unlike: tuple[int | str, ...] = ()
    where: Filter = Filter()


def query_kind(query: Query) -> QueryKind:
    """Which parameters of an index suit `query`: those for text as soon as there are words in it."""
    words = query.text.strip() or any(isinstance(one, str) for one in (*query.like, *query.unlike))
    return "text" if words else "image"
