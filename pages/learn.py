"""Learning by doing on the pictures of a collection: ten drills, common mistakes, two ways to compute."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state import url
from widgets.app_state.entry import enter
from widgets.learn.address import PARTS, LearnView
from widgets.learn.checklist import drills
from widgets.learn.comparisons import comparisons
from widgets.learn.mistakes import mistakes
from widgets.shared.collection_picker import current_collection
from widgets.shared.empty import link_to_add
from widgets.shared.formatting import plain
from widgets.shared.search_like import take_request


def go(**parts: object) -> None:
    """Change parts of the address."""
    url.go(replace(LearnView.read(url.params()), **parts).write())


def choice(view: LearnView) -> None:
    st.session_state["learn-part"] = view.part
    st.segmented_control(
        "Part",
        list(PARTS),
        key="learn-part",
        format_func=PARTS.__getitem__,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: go(part=st.session_state["learn-part"]),
    )


enter()
take_request()
st.title("Learn", anchor=False)
collection = current_collection()
if collection is None or not collection.count():
    st.markdown("There are no pictures to learn on yet.")
    link_to_add()
    st.stop()
view = LearnView.read(url.params())
choice(view)
try:
    if view.part == "mistakes":
        mistakes(collection, view, go)
    elif view.part == "comparisons":
        comparisons(collection)
    else:
        drills(collection)
except LookalikeError as error:
    st.error(plain(str(error), 600), icon=":material/error:")
