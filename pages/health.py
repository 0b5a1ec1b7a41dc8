"""Whether a collection is in order: what is stored, the pictures themselves, splits, and weak spots."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state import url
from widgets.app_state.entry import enter
from widgets.health.actions import actions_panel
from widgets.health.address import PARTS, HealthView
from widgets.health.drift import drift
from widgets.health.integrity import integrity
from widgets.health.overview import overview
from widgets.health.quality import quality
from widgets.health.report import report_panel
from widgets.health.running import health_panel
from widgets.health.slices import slices
from widgets.health.splits import splits
from widgets.shared.collection_picker import current_collection
from widgets.shared.empty import link_to_add
from widgets.shared.formatting import plain
from widgets.shared.search_like import take_request
from widgets.shared.undo import undo_line


def go(**parts: object) -> None:
    """Change parts of the address; another part of the screen starts at its beginning."""
    now = HealthView.read(url.params())
    if parts.get("part", now.part) != now.part:
        now = HealthView()
    url.go(replace(now, **parts).write())


def choice(view: HealthView) -> None:
    st.session_state["health-part"] = view.part
    st.segmented_control(
        "Part",
        list(PARTS),
        key="health-part",
        format_func=PARTS.__getitem__,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: go(part=st.session_state["health-part"]),
    )


def body(collection, view: HealthView) -> None:
    if view.part == "quality":
        quality(collection, view, go)
    elif view.part == "drift":
        drift(collection, view, go)
    elif view.part == "splits":
        splits(collection, view, go)
    elif view.part == "slices":
        slices(collection, view, go)
    elif view.part == "integrity":
        integrity(collection)
    elif view.part == "promises":
        actions_panel(collection)
    else:
        overview(collection, go)


enter()
take_request()
st.title("Health", anchor=False)
collection = current_collection()
if collection is None or not collection.count():
    st.markdown("There are no pictures to check yet.")
    link_to_add()
    st.stop()
view = HealthView.read(url.params())
health_panel(collection)
report_panel(collection)
choice(view)
try:
    body(collection, view)
except LookalikeError as error:
    st.error(plain(str(error), 600), icon=":material/error:")
undo_line(collection)
