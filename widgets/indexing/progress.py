"""A tuning that runs, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from widgets.job_panel import running_panel
from widgets.resources import jobs
from widgets.wording import duration, plain

if TYPE_CHECKING:
    from core.collection.collection import Collection
    from core.search.indexes.tune import Tuned


def tuning_key(collection: Collection) -> str:
    """Under which key tunings of this collection run: one at a time."""
    return f"tune:{Path(collection.root)}"


def tuning_running(collection: Collection) -> bool:
    """Whether one runs now."""
    job = jobs().get(tuning_key(collection))
    return job is not None and job.running


def tuning_panel(collection: Collection) -> None:
    """Show the tuning that runs, or how the last one ended until it is put away."""
    key = tuning_key(collection)
    job = jobs().get(key)
    if job is None:
        return
    if job.running:
        running_panel(key, "step", "Search goes on as it is; nothing is changed before you accept.")
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="tuning-job"):
        if job.state == "failed":
            st.error(plain(job.error, 600), icon=":material/error:", width="stretch")
        elif job.state == "cancelled":
            st.markdown(
                f":material/cancel: {plain(job.title)}: cancelled. Search is as it was.", width="stretch"
            )
        else:
            st.markdown(
                f":material/check_circle: **{plain(job.title)}: done in {duration(job.elapsed_s)}.** "
                "What was found is below; nothing changes before you accept it.",
                width="stretch",
            )
        st.button(
            "Close",
            key="tuning-close",
            icon=":material/close:",
            type="tertiary",
            on_click=jobs().forget,
            args=(key,),
        )


def found_last(collection: Collection) -> Tuned | None:
    """What the last tuning found, until it is put away."""
    job = jobs().get(tuning_key(collection))
    return job.result if job is not None and job.state == "done" else None
