"""Every collection at a glance: what is in it, how good it is, what waits; and a first visit."""

from __future__ import annotations

import streamlit as st

from core.errors import LookalikeError
from core.overview import overview
from widgets.app_state import url
from widgets.app_state.entry import enter
from widgets.app_state.resources import jobs, workspace
from widgets.collection.welcome import SAMPLE, new_collection, try_sample, welcome
from widgets.home.cards import cards
from widgets.home.data import MEASURING, measured
from widgets.home.tour import tour
from widgets.shared.add_images import UPLOAD
from widgets.shared.formatting import count, plain, size

_NEW = "home-create"


def follow_old_address() -> None:
    """An address without a screen's name was the collection screen's: lead its bookmarks there."""
    if "collection" in url.params():
        st.switch_page("pages/collection.py", query_params=url.params())


def heading(glances, sizes) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.title("Your collections", anchor=False, width="stretch")
        if all(one.name != SAMPLE for one in glances):
            try_sample("tertiary")
        st.button("New collection", key=_NEW, icon=":material/add:", on_click=toggle_new)
    pictures = sum(one.pictures for one in glances)
    taken = sum(one.disk_bytes for one in sizes.values())
    parts = [count(len(glances), "collection"), count(pictures), f"{size(taken)} on disk" if sizes else ""]
    st.caption(" · ".join([*filter(None, parts), plain(str(workspace().path), 200)]))


def toggle_new() -> None:
    st.session_state["creating"] = None if st.session_state.get("creating") else UPLOAD


@st.fragment(run_every=0.7)
def wait_for_figures() -> None:
    job = jobs().get(MEASURING)
    if job is None or not job.running:
        st.rerun()


enter()
follow_old_address()
try:
    glances = overview(workspace())
except LookalikeError as error:
    st.title("Your collections", anchor=False)
    st.error(plain(str(error), 600), icon=":material/error:")
    st.stop()
if not glances:
    welcome()
    st.stop()
sizes, waiting = measured(glances)
heading(glances, sizes)
if st.session_state.get("creating"):
    new_collection("home")
    st.button("Cancel", key="cancel-new", type="tertiary", on_click=toggle_new)
cards(glances, sizes)
st.space("small")
tour()
if waiting:
    wait_for_figures()
