"""Looking for near-duplicates in the background: the button, the progress, what came of it."""

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
    from core.dedup import ScanReport
    from core.jobs import Job


def scan_key(collection: Collection) -> str:
    """Under which key the search for near-duplicates of this collection runs: one at a time."""
    return f"duplicates:{Path(collection.root)}"


def scanning(collection: Collection) -> bool:
    """Whether it runs now."""
    job = jobs().get(scan_key(collection))
    return job is not None and job.running


def begin(collection: Collection) -> bool:
    """Start looking, at what is new only; where that cannot be, say why on the page and return False."""
    from core.dedup import scan_and_learn

    try:
        jobs().start(
            scan_key(collection),
            "Looking for near-duplicates",
            lambda monitor: scan_and_learn(collection, monitor),
        )
    except LookalikeError as error:
        st.error(plain(str(error), 600), icon=":material/error:")
        return False
    return True


def scan_panel(collection: Collection) -> None:
    """Show how far the search is, or how the last one ended until that is put away."""
    key = scan_key(collection)
    job = jobs().get(key)
    if job is None:
        return
    if job.running:
        running_panel(key, "step", "What is already found stays; the next time goes on from there.")
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="scan-job"):
        if job.state == "failed":
            st.error(plain(job.error, 600), icon=":material/error:", width="stretch")
        elif job.state == "cancelled" or job.result.cancelled:
            st.markdown(
                ":material/cancel: Looking for near-duplicates: cancelled. What was found by then is below; "
                "the rest follows the next time.",
                width="stretch",
            )
        else:
            st.markdown(f":material/check_circle: **{outcome(job)}**", width="stretch")
        st.button(
            "Close",
            key="scan-close",
            icon=":material/close:",
            type="tertiary",
            on_click=jobs().forget,
            args=(key,),
        )


def outcome(job: Job) -> str:
    """What came of a finished search, in one line."""
    report: ScanReport = job.result
    return (
        f"Looked at {count(report.pictures, 'new picture')} in {duration(report.seconds)}: compared "
        f"{count(report.compared, 'pair')} closely."
    )


def scan_line(collection: Collection, missing: int) -> None:
    """What has not been looked at yet, with the button that does; nothing where all has."""
    if scanning(collection) or not missing:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="scan-more"):
        st.markdown(
            f":material/update: {count(missing)} not compared with the others yet.",
            width="stretch",
        )
        if st.button("Look at what is new", key="scan-new", icon=":material/find_replace:") and begin(
            collection
        ):
            st.rerun()
