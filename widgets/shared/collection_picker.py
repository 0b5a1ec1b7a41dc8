"""Which collection the screens show. The choice lives in the address, so that a link says it too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state.resources import open_collection, workspace
from widgets.collection.deleting import offer_delete
from widgets.shared.formatting import count, plain

if TYPE_CHECKING:
    from core.collection import Collection, CollectionSummary

_PARAM = "collection"
_PICK = "collection-pick"
LAST = "collection-last"
"""The key of the session's state that holds the name of the collection shown last."""


def choose(summaries: Sequence[CollectionSummary], asked: str | None, last: str | None) -> str | None:
    """The collection to show: the one asked for, else the last one seen, else the newest that opens."""
    names = {summary.name for summary in summaries}
    for name in (asked, last):
        if name in names:
            return name
    usable = [summary for summary in summaries if not summary.problem] or list(summaries)
    return max(usable, key=lambda summary: summary.updated_at).name if usable else None


def show_collection(name: str | None) -> None:
    """Turn all screens to another collection; filters and searches of the old one mean nothing there."""
    st.session_state[LAST] = name
    st.query_params.from_dict({_PARAM: name} if name else {})


def current_collection() -> Collection | None:
    """The collection in view, after drawing the picker into the sidebar; None where there is none yet.

    One that cannot be opened is explained on the page, which ends there.
    """
    summaries = workspace().list()
    asked = st.query_params.get(_PARAM)
    name = choose(summaries, asked, st.session_state.get(LAST))
    if name is None:
        return None
    if asked is not None and asked != name:
        st.warning(
            f"There is no collection “{plain(asked)}” here; this is “{plain(name)}”.", icon=":material/help:"
        )
    if asked != name:
        st.query_params[_PARAM] = name
    st.session_state[LAST] = name
    _picker(summaries, name)
    try:
        return open_collection(name)
    except LookalikeError as error:
        st.error(plain(str(error), 600))
        asked = st.button("Delete this collection", key="delete-unreadable", icon=":material/delete:")
        offer_delete(name, None, LAST, asked=asked)
        st.stop()


def _picker(summaries: Sequence[CollectionSummary], name: str) -> None:
    def picked() -> None:
        show_collection(st.session_state[_PICK])

    st.session_state[_PICK] = name
    pictures = {summary.name: summary.pictures for summary in summaries}
    with st.sidebar:
        st.selectbox(
            "Collection",
            list(pictures),
            key=_PICK,
            format_func=lambda n: f"{n} ({pictures.get(n, 0):,})",
            on_change=picked,
            help=f"{count(len(summaries), 'collection')} in {plain(str(workspace().path), 200)}",
        )
