"""Pictures and hits as tiles of the gallery."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from core.errors import LookalikeError
from widgets.components.image_grid import Tile
from widgets.search.rerank_panel import agreement, moved
from widgets.shared.formatting import one_line, strength

if TYPE_CHECKING:
    from core.collection import Collection, Picture
    from core.search import Evidence, Hit, Part

Mark = Literal["like", "unlike"]
_FULL_BAR = 6.0
"""The z-score at which a bar of the explanation is full."""


def thumbnail(collection: Collection, picture: int) -> bytes:
    """The picture's thumbnail, or nothing where it cannot be had."""
    try:
        return collection.thumbnail(picture)
    except LookalikeError:
        return b""


def picture_tiles(collection: Collection, pictures: Iterable[Picture]) -> list[Tile]:
    """Tiles of a page of the collection."""
    return [_tile(collection, picture) for picture in pictures]


def hit_tiles(
    collection: Collection, hits: Iterable[Hit], marks: Mapping[int, Mark], faint: bool = False
) -> list[Tile]:
    """Tiles of search results: ranked, scored and explained; `faint` where none is a good match."""
    return [
        _tile(
            collection,
            hit.picture,
            rank=hit.rank,
            score=f"{hit.score:.2f}",
            why=why(hit.evidence),
            mark=marks.get(hit.id),
            moved=moved(hit) or None,
            faint=faint or None,
        )
        for hit in hits
    ]


def why(evidence: Evidence) -> dict[str, Any]:
    """The evidence as bars and words."""
    parts = [_bar(part) for part in evidence.parts]
    words = " · ".join(concept.name for concept in evidence.concepts[:3])
    said = {"parts": parts, "concepts": f"looks like: {words}" if words else ""}
    return said if evidence.local is None else said | {"local": agreement(evidence.local)}


def _bar(part: Part) -> dict[str, Any]:
    unwanted = part.name.startswith("unlike ")
    verb, space, rest = part.name.partition(" ")
    short = f"{verb} {rest.rsplit('/', 1)[-1]}" if space and verb in {"like", "unlike"} else part.name
    share = round(max(-1.0, min(1.0, part.z / _FULL_BAR)), 3)
    return {
        "name": one_line(short, 40),
        "share": -abs(share) if unwanted else share,
        "word": strength(part.z, unwanted),
        "hint": f"{one_line(part.name)}: cosine {part.cosine:.3f}, {part.z:+.1f} standard deviations "
        "from a typical picture here",
    }


def _tile(collection: Collection, picture: Picture, **more: Any) -> Tile:
    return Tile(
        id=picture.id,
        thumbnail=thumbnail(collection, picture.id),
        name=one_line(picture.name.rsplit("/", 1)[-1], 255),
        full_name=one_line(picture.name, 300),
        label=one_line(picture.label, 100) if picture.label else None,
        width=picture.width,
        height=picture.height,
        favourite=picture.favourite or None,
        **more,
    )


@st.cache_data(show_spinner=False, max_entries=24)
def large(_collection: Collection, root: str, picture: int, sha256: str, side: int = 1200) -> bytes:  # noqa: ARG001
    """The picture as a JPEG that any browser shows, at most `side` pixels wide or high.

    Raises:
        LookalikeError: the original is gone or cannot be read any more.
    """
    from core.images import load_image, make_thumbnail

    return make_thumbnail(load_image(_collection.original(picture), min_side=side).image, side)


@st.cache_data(show_spinner=False, max_entries=24)
def preview(content: bytes, side: int = 480) -> bytes:
    """A picture from the viewer's machine as a small JPEG.

    Raises:
        ImageError: it is not a picture that can be read.
    """
    from core.images import load_image, make_thumbnail

    return make_thumbnail(load_image(content, min_side=side).image, side)
