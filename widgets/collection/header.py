"""The head of the collection screen: its name, and the ways to add, see the bin, or delete it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from widgets.app_state import url
from widgets.app_state.address import Browse
from widgets.app_state.resources import addition_key, jobs
from widgets.collection.deleting import offer_delete
from widgets.collection.repairing import repair_panel
from widgets.shared.add_images import add_pictures, start_resume
from widgets.shared.collection_picker import LAST
from widgets.shared.formatting import plain

if TYPE_CHECKING:
    from core.collection import Collection

_OPEN = "heading-open"


def heading(collection: Collection, view: Browse) -> None:
    """Draw the head, and what it has opened."""
    binned, lost = collection.count_unseen()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.title(plain(collection.name), anchor=False, width="stretch")
        st.button(
            "Add pictures", key="add", icon=":material/add_photo_alternate:", on_click=_toggle, args=("add",)
        )
        if view.bin or view.lost:
            st.button(
                "Back to the pictures",
                key="leave-bin",
                icon=":material/arrow_back:",
                on_click=url.go,
                args=({},),
            )
        else:
            st.button(
                f"Bin ({binned})" if binned else "Bin",
                key="open-bin",
                icon=":material/delete:",
                disabled=not binned,
                on_click=url.go,
                args=({"view": ["bin"]},),
            )
            if lost:
                st.button(
                    f"Without a file ({lost})",
                    key="open-lost",
                    icon=":material/link_off:",
                    help="Pictures whose files were deleted, moved away or overwritten",
                    on_click=url.go,
                    args=({"view": ["lost"]},),
                )
        chosen = st.menu_button(
            "Collections",
            ["New collection", "Delete this collection"],
            key="more",
            icon=":material/more_horiz:",
        )
    if chosen == "New collection":
        st.session_state[_OPEN] = "new"
    offer_delete(collection.name, collection.count(), LAST, asked=chosen == "Delete this collection")
    _opened(collection)
    _unfinished(collection)
    repair_panel(collection)


def _toggle(what: str) -> None:
    st.session_state[_OPEN] = None if st.session_state.get(_OPEN) == what else what


def _opened(collection: Collection) -> None:
    opened = st.session_state.get(_OPEN)
    job = jobs().get(addition_key(collection))
    if opened == "add" and job is not None and job.running:
        st.session_state[_OPEN] = opened = None  # it has been used
    if opened == "add" and collection.count():
        with st.container(border=True, key="add-panel"):
            add_pictures("more", lambda: collection)
    elif opened == "new":
        from widgets.collection.welcome import new_collection

        new_collection("another")
        st.button("Cancel", key="cancel-new", type="tertiary", on_click=_toggle, args=("new",))


def _unfinished(collection: Collection) -> None:
    job = jobs().get(addition_key(collection))
    if job is not None and job.running:
        return
    for addition in collection.unfinished()[:1]:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key="unfinished"):
            st.markdown(
                f":material/history: An addition was interrupted: **{plain(addition.title)}**, begun "
                f"{addition.started_at:%Y-%m-%d %H:%M}. What it had added is here; the rest can follow.",
                width="stretch",
            )
            if st.button(
                "Resume", key="resume", type="primary", icon=":material/play_arrow:"
            ) and start_resume(collection, addition.title):
                st.rerun()
            st.button("Leave it", key="dismiss", type="tertiary", on_click=collection.dismiss_unfinished)
