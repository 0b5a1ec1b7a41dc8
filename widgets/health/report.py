"""The report on the screen: a button that makes it, how far it is, and the page to take away."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state.resources import jobs
from widgets.shared.downloads import safe_name
from widgets.shared.formatting import duration, plain, size
from widgets.shared.job_panel import running_panel

if TYPE_CHECKING:
    from core.collection import Collection
    from core.jobs import Job, Monitor
    from core.report import Report


@dataclass(frozen=True)
class Made:
    """A report, and its page as bytes."""

    report: Report
    page: bytes


def report_key(collection: Collection) -> str:
    """Under which key reports on this collection are made: one at a time."""
    return f"report:{Path(collection.root)}"


def report_button(collection: Collection) -> None:
    """The button “Make the report”; its progress and the page are in `report_panel`."""
    job = jobs().get(report_key(collection))
    st.button(
        "Make the report",
        key="report-start",
        icon=":material/summarize:",
        disabled=(job is not None and job.running) or not collection.count(),
        help="Measures everything that can be measured of this collection, and writes one page that needs no "
        "network. Some minutes for some thousand pictures; what is measured already is reused.",
        on_click=start_report,
        args=(collection,),
    )


def start_report(collection: Collection) -> None:
    """Make the report in the background; where one is being made, nothing happens."""

    def work(monitor: Monitor) -> Made:
        from core.report import build_report, render_page

        report = build_report(collection, monitor=monitor)
        monitor.say("Writing the page")
        return Made(report, render_page(collection, report).encode("utf-8", "replace"))

    try:
        jobs().start(report_key(collection), "Making the report", work)
    except LookalikeError as error:
        st.toast(plain(str(error), 300), icon=":material/error:")


def report_panel(collection: Collection) -> None:
    """How far the report is; once it is made, what it found and the page to download."""
    job = jobs().get(report_key(collection))
    if job is None:
        return
    if job.running:
        running_panel(
            job.key, "step", "What was measured is kept; the next report goes on from there.", "report-job"
        )
        return
    _ended(job, collection)


def _ended(job: Job, collection: Collection) -> None:
    with st.container(border=True, key="report-done"):
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(width="stretch"):
                if job.state == "failed":
                    st.error(plain(job.error, 600), icon=":material/error:")
                elif job.state == "cancelled":
                    st.markdown(":material/cancel: The report was cancelled. What was measured is kept.")
                else:
                    st.markdown(
                        f":material/check_circle: **The report is made ({duration(job.elapsed_s)}).**"
                    )
            if job.state == "done":
                made: Made = job.result
                st.download_button(
                    f"Download the page ({size(len(made.page))})",
                    made.page,
                    safe_name(f"{collection.name} report.html"),
                    "text/html",
                    key="report-download",
                    type="primary",
                    icon=":material/download:",
                    on_click="ignore",
                )
            st.button(
                "Close",
                key="report-close",
                icon=":material/close:",
                type="tertiary",
                on_click=jobs().forget,
                args=(job.key,),
            )
        if job.state == "done":
            _findings(job.result.report)


def _findings(report: Report) -> None:
    icons = {"good": "check_circle", "warn": "error", "info": "info"}
    for one in report.sections:
        icon = "remove" if one.state == "missing" else icons[one.tone]
        st.markdown(f":material/{icon}: **{plain(one.title)}.** {plain(one.finding, 400)}")
