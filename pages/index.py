"""How a collection is searched: exactly, or by an index that is proven on its own pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state import url
from widgets.app_state.entry import enter
from widgets.app_state.resources import jobs
from widgets.index.address import PARTS, IndexView
from widgets.index.choosing import chosen_line
from widgets.index.data import Stored, serving, stored_indexes
from widgets.index.empty import no_pictures, nothing_tuned
from widgets.index.headline import headline
from widgets.index.listing import listing
from widgets.index.outcome import outcome, without_index
from widgets.index.progress import found_last, tuning_panel, tuning_running
from widgets.index.starting import tune_controls
from widgets.index.trying import trying
from widgets.search.autotune_status import move_key
from widgets.shared.collection_picker import current_collection
from widgets.shared.formatting import plain
from widgets.shared.job_panel import running_panel
from widgets.shared.search_like import take_request


def go(**parts: object) -> None:
    """Change parts of the address."""
    url.go(replace(IndexView.read(url.params()), **parts).write())


def heading(collection) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.title("Index", anchor=False, width="stretch")
        tune_controls(collection, lambda: go(part="measured", index=None))


def moving(collection) -> None:
    """A running automatic move to an index."""
    job = jobs().get(move_key(collection))
    if job is not None and job.running:
        running_panel(job.key, "step", "Search stays exact.")


def parts(view: IndexView) -> None:
    st.session_state["index-part"] = view.part
    st.segmented_control(
        "Part",
        list(PARTS),
        key="index-part",
        format_func=PARTS.__getitem__,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: go(part=st.session_state["index-part"]),
    )


def measured(collection, stored: Sequence[Stored], shown: Stored | None, now: Stored | None) -> None:
    """The figures of the index in view, or of a tuning that recommends none."""
    last = found_last(collection)
    if last is not None and last.record is None:
        without_index(collection, last.tuning, now)
        return
    if shown is None:
        if tuning_running(collection):
            st.caption("What is measured stands here as soon as it is done.")
        else:
            nothing_tuned(collection)
        return
    if len(stored) > 1:
        by_id = {one.id: one for one in stored}
        st.session_state["index-pick"] = shown.id
        st.selectbox(
            "Index in view",
            [one.id for one in reversed(stored)],
            key="index-pick",
            format_func=lambda one: by_id[one].line,
            label_visibility="collapsed",
            width=360,
            on_change=lambda: go(index=st.session_state["index-pick"]),
        )
    outcome(collection, shown, now)


def newest(collection, stored: Sequence[Stored]) -> Stored | None:
    """What the last tuning found, else what serves, else what was made last."""
    last = found_last(collection)
    fresh = None if last is None or last.record is None else last.record.id
    found = next((one for one in stored if one.id == fresh), None)
    return found or serving(stored) or (stored[-1] if stored else None)


def body(collection, stored: Sequence[Stored], view: IndexView, shown: Stored | None) -> None:
    now = serving(stored)
    if view.part == "measured":
        measured(collection, stored, shown, now)
    elif view.part == "try":
        trying(collection, now, view, go)
    else:
        listing(collection, stored, now, go)


enter()
take_request()
if "lessons" in url.params().get("part", ()):  # what was a part of this screen before there was another
    st.switch_page("pages/learn.py", query_params={**url.params(), "part": ["comparisons"]})
collection = current_collection()
if collection is None or not collection.count():
    st.title("Index", anchor=False)
    no_pictures()
    st.stop()
view = IndexView.read(url.params())
try:
    stored = stored_indexes(collection)
except LookalikeError as error:
    st.title("Index", anchor=False)
    st.error(plain(str(error), 600), icon=":material/error:")
    st.stop()
known = {one.id: one for one in stored}
shown = known.get(view.index) or newest(collection, stored)
heading(collection)
if view.index is not None and view.index not in known:
    st.warning(f"There is no index {view.index} here.", icon=":material/help:")
tuning_panel(collection)
moving(collection)
chosen_line(collection)
headline(collection, serving(stored))
parts(view)
body(collection, stored, view, shown)
