"""Looking for events in the background: the button, the progress, what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state.resources import jobs
from widgets.shared.formatting import count, duration, plain
from widgets.shared.job_panel import running_panel

if TYPE_CHECKING:
    from core.collection import Collection
    from core.events import Events


def finding_key(collection: Collection) -> str:
    """Under which key events of this collection are looked for: one search at a time."""
    return f"events:{Path(collection.root)}"


def finding(collection: Collection) -> bool:
    """Whether events are looked for now."""
    job = jobs().get(finding_key(collection))
    return job is not None and job.running


def begin(collection: Collection) -> None:
    """Start looking; where that cannot be, say why on the page."""
    from core.events import find_events

    try:
        jobs().start(
            finding_key(collection),
            "Finding events",
            lambda monitor: find_events(collection, monitor=monitor),
        )
    except LookalikeError as error:
        st.error(plain(str(error), 600), icon=":material/error:")


def find_button(collection: Collection, text: str, primary: bool = False) -> None:
    """The button that starts it."""
    st.button(
        text,
        key="events-find",
        icon=":material/event_note:",
        type="primary" if primary else "secondary",
        disabled=finding(collection),
        on_click=begin,
        args=(collection,),
        help="Reads from the files where pictures were taken, and nothing of it leaves this machine.",
    )


def finding_panel(collection: Collection) -> None:
    """Show how far the search is, or how the last one ended until that is put away."""
    key = finding_key(collection)
    job = jobs().get(key)
    if job is None:
        return
    if job.running:
        running_panel(key, "file", "The events that were found before stay.")
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="events-job"):
        if job.state == "failed":
            st.error(plain(job.error, 600), icon=":material/error:", width="stretch")
        elif job.state == "cancelled":
            st.markdown(
                ":material/cancel: Finding events: cancelled. Those that were found before stay.",
                width="stretch",
            )
        else:
            found: Events = job.result
            st.markdown(
                f":material/check_circle: **Found {count(len(found.events), 'event')} in "
                f"{duration(job.elapsed_s)}.**",
                width="stretch",
            )
        st.button(
            "Close",
            key="events-close",
            icon=":material/close:",
            type="tertiary",
            on_click=jobs().forget,
            args=(key,),
        )
