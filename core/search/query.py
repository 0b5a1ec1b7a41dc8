"""Queries."""

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
    """A query to a collection; its parts may be combined.

    `text` is a sentence, `image` a file or the bytes of one, `like` and `unlike` are ids of pictures of
    the collection or sentences. `region` crops `image`, or the single picture in `like` if there is no image.
    `where` filters the results.
    """

    text: str = ""
    image: bytes | Path | None = field(default=None, repr=False)
    region: Region | None = None
    like: tuple[int | str, ...] = ()
    unlike: tuple[int | str, ...] = ()
    where: Filter = Filter()


def query_kind(query: Query) -> QueryKind:
    """Return the kind of `query`, which selects the index parameters: text as soon as it contains words."""
    words = query.text.strip() or any(isinstance(one, str) for one in (*query.like, *query.unlike))
    return "text" if words else "image"
