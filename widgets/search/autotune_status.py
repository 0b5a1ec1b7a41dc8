"""Search that keeps pace with a growing collection: what is outgrown is replaced in the background."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from widgets.app_state.resources import jobs
from widgets.index.progress import tuning_running
from widgets.shared.formatting import plain

if TYPE_CHECKING:
    from core.collection import Collection

_NEVER_BELOW = 5000
"""Pictures that are searched exactly within milliseconds on any machine: nothing is measured for fewer."""


def pace_line(collection: Collection) -> None:
    """Start the move to a faster index if it is due, and say what is going on or has come of it."""
    key = move_key(collection)
    job = jobs().get(key)
    if job is None:
        if _due(collection):
            from core.index_manager import move_if_due

            jobs().start(
                key, "Finding a faster index", lambda monitor: move_if_due(collection, monitor=monitor)
            )
            st.rerun()
        return
    if job.running:
        said, icon = "exact search is becoming slow here; a faster index is being built and proven", "speed"
    elif job.state == "done" and job.result is not None and job.result.record is not None:
        said, icon = f"search has moved to a faster index. {job.result.tuning.sentence}.", "speed"
    elif job.state == "failed":
        said, icon = f"no faster index could be built: {job.error}", "error"
    else:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="pace"):
        st.caption(f":material/{icon}: {plain(said[:1].upper() + said[1:], 500)}", width="stretch")
        st.page_link("pages/index.py", label="Index", icon=":material/arrow_forward:")


def move_key(collection: Collection) -> str:
    """Under which key the move of this collection runs: one at a time."""
    return f"move:{Path(collection.root)}"


def _due(collection: Collection) -> bool:
    count = collection.count()
    if count < _NEVER_BELOW or not collection.indexes.automatic or tuning_running(collection):
        return False
    return _advised(str(collection.root), count // 500, collection)


@st.cache_data(ttl=3600, show_spinner=False)
def _advised(root: str, size: int, _collection: Collection) -> bool:  # noqa: ARG001 - parts of the cache's key
    from core.index_manager import advice

    return advice(_collection).action != "none"
