"""An evaluation that runs, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from widgets.resources import jobs
from widgets.wording import count, duration, plain

if TYPE_CHECKING:
    from core.collection.collection import Collection
    from core.jobs import Progress


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
        _running(key)
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


@st.fragment(run_every=0.5)
def _running(key: str) -> None:
    job = jobs().get(key)
    if job is None or not job.running:
        st.rerun()  # the whole page: there are figures to show now
    progress = job.monitor.snapshot()
    with st.container(border=True, key="evaluation-job"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(job.title)}**", width="stretch")
            if job.monitor.cancelled:
                st.caption("Stopping at the next safe point…", width="content")
            else:
                st.button(
                    "Cancel",
                    key="evaluation-cancel",
                    icon=":material/close:",
                    on_click=job.cancel,
                    help="Runs that are already stored stay.",
                )
        st.progress(progress.fraction or 0.0)
        st.caption(progress_line(progress))


def progress_line(progress: Progress) -> str:
    """“120 of 331 · 2 min left · Asking 301 queries”."""
    parts = []
    if progress.total:
        parts.append(f"{progress.done:,} of {count(progress.total, 'step')}")
    if progress.done and progress.eta_s is not None:
        parts.append(f"{duration(progress.eta_s)} left")
    if progress.note:
        parts.append(plain(progress.note, 120))
    return " · ".join(parts) or "Getting ready…"
