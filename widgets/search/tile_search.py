"""Searching for every part of the user's own picture: what of the collection is somewhere on it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from core.presets import preset_of
from widgets.app_state.resources import place, search_engine
from widgets.components.image_grid import Act, gallery
from widgets.shared.formatting import count
from widgets.shared.tiles import picture_tiles

if TYPE_CHECKING:
    from core.collection import Collection
    from core.search import TileHit

_KEY = "tile-search"


def tile_control(collection: Collection) -> bool:
    """A switch for it, on at first where the collection's preset is about logos; returns whether it is on."""
    preset = preset_of(collection)
    return st.toggle(
        "Search for every part of it",
        value=preset is not None and preset.key == "logos",
        key=_KEY,
        help="Finds what is small on your picture, such as a logo, by about a hundred parts of it.",
    )


def tile_results(
    collection: Collection, content: bytes, size: int, key: str, on_act: Callable[[Act], None]
) -> list[int]:
    """Draw what the parts of the picture found, and where the first was; returns the ids, best first.

    Raises:
        LookalikeError: the picture cannot be read, or the collection not be searched.
    """
    digest = hashlib.sha256(content).hexdigest()
    with st.spinner("Searching for every part…", show_time=False):
        hits = _search(*place(collection), collection.version(), digest, size, collection, content)
    pictures = {picture.id: picture for picture in collection.get_many([hit.id for hit in hits])}
    hits = tuple(hit for hit in hits if hit.id in pictures)
    if not hits:
        st.info("Nothing was found.", icon=":material/search_off:")
        return []
    left, right = st.columns([1, 3], gap="medium")
    with left:
        st.image(_marked(content, hits[0]), width="stretch", alt="Your picture with the best part marked")
        st.caption("The frame is the part that is most like the first result.")
    with right:
        st.markdown(f"**{count(len(hits), 'result')}** by the part of your picture that each is most like")
        shown = picture_tiles(collection, [pictures[hit.id] for hit in hits])
        gallery(
            key,
            [
                replace(tile, rank=rank, score=f"{hit.score:.2f}")
                for rank, (tile, hit) in enumerate(zip(shown, hits, strict=True), 1)
            ],
            on_act=on_act,
            actions=("like",),
            title="What is on your picture, best first",
        )
    return [hit.id for hit in hits]


@st.cache_data(show_spinner=False, max_entries=16)
def _search(
    root: str,  # noqa: ARG001 - part of the cache's key
    born: int,  # noqa: ARG001 - part of the cache's key
    version: int,  # noqa: ARG001 - part of the cache's key
    digest: str,  # noqa: ARG001 - part of the cache's key
    size: int,
    _collection: Collection,
    _content: bytes,
) -> tuple[TileHit, ...]:
    from core.search import search_tiles

    return search_tiles(search_engine(_collection), _content, size)


def _marked(content: bytes, hit: TileHit) -> bytes:
    """The picture as a JPEG with a frame around the part that was found."""
    from PIL import Image, ImageDraw

    from widgets.shared.tiles import preview

    image = Image.open(io.BytesIO(preview(content))).convert("RGB")
    r, (width, height) = hit.region, image.size
    box = [round(r.left * width), round(r.top * height), round(r.right * width), round(r.bottom * height)]
    ImageDraw.Draw(image).rectangle(box, outline="#E39A56", width=max(3, image.width // 120))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88)
    return out.getvalue()
