"""An evaluation that runs, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from widgets.job_panel import running_panel
from widgets.resources import jobs
from widgets.wording import duration, plain

if TYPE_CHECKING:
    from core.collection.collection import Collection


def evaluation_key(collection: Collection) -> str:
    """Under which key evaluations of this collection run: one at a time."""
    return f"evaluate:{Path(collection.root)}"


def evaluation_running(collection: Collection) -> bool:
    """Whether one runs now."""
    job = jobs().get(evaluation_key(collection))
    return job is not None and job.running


def evaluation_panel(collection: Collection) -> None:
    """Show the evaluation that runs, or how the last one ended until it is put away."""
    key = evaluation_key(collection)
    job = jobs().get(key)
    if job is None:
        return
    if job.running:
        running_panel(key, "step", "Runs that are already stored stay.")
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="evaluation-job"):
        if job.state == "failed":
            st.error(plain(job.error, 600), icon=":material/error:", width="stretch")
        elif job.state == "cancelled":
            st.markdown(
                f":material/cancel: {plain(job.title)}: cancelled. Nothing half measured was stored.",
                width="stretch",
            )
        else:
            st.markdown(
                f":material/check_circle: **{plain(job.title)}: done in {duration(job.elapsed_s)}.** "
                "The figures are below, and stay among all runs.",
                width="stretch",
            )
        st.button(
            "Close",
            key="evaluation-close",
            icon=":material/close:",
            type="tertiary",
            on_click=jobs().forget,
            args=(key,),
        )
