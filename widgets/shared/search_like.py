"""From any screen to the search for pictures like some."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from widgets.app_state.address import MOST_EXAMPLES, SearchRequest
from widgets.shared.image_dialog import close_detail

_WANTED = "like-wanted"


def go_like(ids: Sequence[int]) -> None:
    """Ask for the search screen; a callback cannot switch pages itself, so the next run does."""
    st.session_state[_WANTED] = tuple(ids)[:MOST_EXAMPLES]


def take_request() -> None:
    """Switch to the search screen, if that was asked for."""
    ids = st.session_state.pop(_WANTED, None)
    if not ids:
        return
    close_detail()
    parts: dict[str, str | list[str]] = dict(SearchRequest(like=ids).write())
    collection = st.query_params.get("collection")
    if collection:
        parts["collection"] = collection
    st.switch_page("pages/search.py", query_params=parts)
