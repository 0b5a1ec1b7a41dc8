"""Saying that stored vectors are damaged, and making them again in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from widgets.app_state.resources import jobs
from widgets.shared.formatting import count, one_line, plain
from widgets.shared.job_panel import running_panel

if TYPE_CHECKING:
    from core.collection import Collection, RepairReport
    from core.jobs import Job


def repair_panel(collection: Collection) -> None:
    """Draw what is damaged with a button that repairs it, the repair that runs, or what came of the last."""
    key = f"repair:{collection.root}"
    job = jobs().get(key)
    if job is not None and job.running:
        running_panel(key, "picture", "What was made again stays.")
        return
    if job is not None:
        _finished(job)
        return
    damaged = collection.count_damaged()
    if not damaged:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="damaged"):
        st.markdown(
            f":material/healing: **{count(damaged)} cannot be found**: what the encoder saw in them is "
            "damaged or missing on disk. It can be made again from the pictures.",
            width="stretch",
        )
        if st.button("Repair", key="repair", type="primary", icon=":material/build:"):
            jobs().start(key, "Repairing", collection.repair)
            st.rerun()


def _finished(job: Job) -> None:
    def put_away() -> None:
        jobs().forget(job.key)

    with st.container(border=True, key="repaired"):
        if job.error:
            st.error(plain(job.error, 600), icon=":material/error:")
        elif job.result is not None:
            report: RepairReport = job.result
            st.success(f"{count(report.repaired)} can be found again.", icon=":material/check:")
            for skip in report.skipped[:20]:
                st.caption(f"{one_line(skip.name, 255)}: {plain(skip.reason, 400)}")
        else:
            st.info("The repair was cancelled; what was made again stays.", icon=":material/info:")
        st.button("Close", key="repair-seen", type="tertiary", on_click=put_away)
