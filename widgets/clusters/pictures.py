"""Some pictures as a wall, page by page, with what can be done to those that are selected, or to all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from widgets.components.image_grid import Act, gallery
from widgets.shared import undo
from widgets.shared.image_dialog import open_detail
from widgets.shared.search_like import go_like
from widgets.shared.selection_bar import selection_bar
from widgets.shared.tiles import picture_tiles

if TYPE_CHECKING:
    from core.collection import Collection

PAGE = 60


def wall(
    key: str,
    collection: Collection,
    ids: Sequence[int],
    page: int,
    turn: Callable[[int], object],
    *,
    all_of_them: bool = False,
    scores: Mapping[int, str] | None = None,
    title: str = "Pictures",
) -> list[int]:
    """Draw one page of the pictures; returns the ids on it.

    `turn` is called with the number of the page to go to. With `all_of_them` the bar acts on all `ids` as
    long as none is selected by itself. `scores` are written on the pictures.
    """
    pages = max(1, -(-len(ids) // PAGE))
    page = min(page, pages)
    here = list(ids[(page - 1) * PAGE : page * PAGE])
    tiles = picture_tiles(collection, collection.get_many(here))
    if scores:
        tiles = [replace(tile, score=scores.get(tile.id)) for tile in tiles]
    chosen = gallery(
        key,
        tiles,
        on_act=partial(_act, collection),
        actions=("like", "favourite"),
        title=title,
        place=f"{len(ids)}-{page}",
    )
    if pages > 1:
        st.session_state[f"{key}-page"] = page
        with st.container(horizontal_alignment="center"):
            st.pagination(pages, key=f"{key}-page", on_change=partial(_turned, f"{key}-page", turn))
    chosen = tuple(i for i in chosen if i in set(ids))
    st.session_state[f"{key}-single"] = bool(chosen)
    selection_bar(key, collection, chosen or (tuple(ids) if all_of_them else ()), go_like)
    return here


def acted_on_all(key: str) -> bool:
    """Whether something was done to all pictures of that wall since this was asked last."""
    epoch, seen = st.session_state.get(f"{key}-epoch", 0), st.session_state.get(f"{key}-seen", 0)
    st.session_state[f"{key}-seen"] = epoch
    return epoch != seen and not st.session_state.get(f"{key}-single", False)


def _turned(key: str, turn: Callable[[int], object]) -> None:
    turn(st.session_state[key])


def _act(collection: Collection, event: Act) -> None:
    if event.kind == "open":
        open_detail(event.id)
    elif event.kind == "favourite":
        undo.favourite(collection, [event.id])
    else:
        go_like([event.id])
