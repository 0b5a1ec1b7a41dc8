"""Long work on the screen: how far it is, how long it will take, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.csv_export import csv_text
from widgets.app_state.resources import jobs
from widgets.shared.formatting import count, duration, one_line, plain

if TYPE_CHECKING:
    from core.collection import AddReport, Skip
    from core.jobs import Job, Progress

_SHOWN = 200


def job_panel(key: str, on_seen: Callable[[], None] = lambda: None) -> bool:
    """Show the job of `key`, if there is one; returns whether it is running.

    Jobs live in the process, so the panel is there again after a reload, in every tab. `on_seen` is
    called when the viewer puts away the report of a finished job.
    """
    job = jobs().get(key)
    if job is None:
        return False
    if job.running:
        running_panel(key, "picture", "What is already added stays.")
        return True
    _finished(job, on_seen)
    return False


def ended_panel(job: Job, key: str, done: str, cancelled: str) -> None:
    """Show how `job` ended, until it is put away with the button ``KEY-close``.

    Args:
        job: one that does not run any more.
        key: of the panel.
        done: Markdown, what is said of a job that is done.
        cancelled: Markdown, what a cancelled one left.
    """
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"{key}-job"):
        if job.state == "failed":
            st.error(plain(job.error, 600), icon=":material/error:", width="stretch")
        elif job.state == "cancelled":
            st.markdown(f":material/cancel: {plain(job.title)}: cancelled. {cancelled}", width="stretch")
        else:
            st.markdown(f":material/check_circle: {done}", width="stretch")
        st.button(
            "Close",
            key=f"{key}-close",
            icon=":material/close:",
            type="tertiary",
            on_click=jobs().forget,
            args=(job.key,),
        )


def done_line(job: Job) -> str:
    """What was done and in how much time, as bold Markdown."""
    return f"**{plain(job.title)}: done in {duration(job.elapsed_s)}.**"


@st.fragment(run_every=0.5)
def running_panel(key: str, unit: str, kept: str, name: str = "job") -> None:
    """Show how far the job of `key` is, counted in `unit`; `kept` says what cancelling leaves.

    Where a page shows several, each has a `name` of its own.
    """
    job = jobs().get(key)
    if job is None or not job.running:
        st.rerun()  # the whole page: there is something to show now
    progress = job.monitor.snapshot()
    with st.container(border=True, key=name):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(job.title)}**", width="stretch")
            if job.monitor.cancelled:
                st.caption("Stopping at the next safe point…", width="content")
            else:
                st.button(
                    "Cancel",
                    key=f"{name}-cancel",
                    icon=":material/close:",
                    on_click=job.cancel,
                    help=kept,
                )
        st.progress(progress.fraction or 0.0)
        st.caption(progress_line(progress, unit))


def progress_line(progress: Progress, unit: str = "picture") -> str:
    """“120 of 3,068 pictures · 96 a second · 31 s left · Reading”."""
    parts = []
    if progress.total:
        parts.append(f"{progress.done:,} of {count(progress.total, unit)}")
    elif progress.done:
        parts.append(f"{count(progress.done, unit)} so far")
    if progress.done and progress.rate > 0:
        parts.append(f"{progress.rate:,.0f} a second" if progress.rate >= 1 else "less than one a second")
    if progress.done and progress.eta_s is not None:
        parts.append(f"{duration(progress.eta_s)} left")
    if progress.note:
        parts.append(plain(progress.note))
    return " · ".join(parts) or "Getting ready…"


def _finished(job: Job, on_seen: Callable[[], None]) -> None:
    def put_away() -> None:
        jobs().forget(job.key)
        on_seen()

    report: AddReport | None = job.result
    with st.container(border=True, key="job"):
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(width="stretch"):
                if job.state == "failed":
                    st.error(plain(job.error, 600), icon=":material/error:")
                elif report is None:
                    st.markdown(f":material/cancel: {plain(job.title)}: cancelled. What was added stays.")
                else:
                    icon = "cancel" if report.cancelled else "check_circle"
                    st.markdown(f":material/{icon}: **{report_line(report)}**")
            st.button("Close", key="job-close", icon=":material/close:", type="tertiary", on_click=put_away)
        if report is not None and report.skipped:
            _skipped(report.skipped)


def report_line(report: AddReport) -> str:
    """What came of an addition, in one line."""
    said = [f"Added {count(report.added)} in {duration(report.seconds)}"]
    if report.added and report.rate >= 1:
        said[0] += f" ({report.rate:,.0f} a second)"
    if report.known:
        said.append(f"{report.known:,} {'was' if report.known == 1 else 'were'} here already")
    if report.rewritten:
        said.append(f"of these {report.rewritten:,} with other metadata")
    if report.returned:
        said.append(f"{report.returned:,} back in sight: the files are there again")
    if report.lost:
        said.append(f"{report.lost:,} out of sight: the files are gone")
    if report.unchanged:
        said.append(f"{report.unchanged:,} unchanged since last time")
    if report.skipped:
        said.append(f"{len(report.skipped):,} skipped")
    if report.cancelled:
        said.append("cancelled before the end")
    return " · ".join(said)


def _skipped(skipped: Sequence[Skip]) -> None:
    with st.expander(f"{count(len(skipped), 'file')} skipped, and why", icon=":material/info:"):
        rows = [{"File": one_line(s.name, 255), "Why": one_line(s.reason, 500)} for s in skipped[:_SHOWN]]
        st.dataframe(rows, hide_index=True, alt="Files that were not added, with the reason for each")
        if len(skipped) > _SHOWN:
            st.caption(f"The first {_SHOWN} are shown; the download has all of them.")
        st.download_button(
            "Download the list",
            skipped_csv(skipped),
            "skipped.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )


def skipped_csv(skipped: Sequence[Skip]) -> bytes:
    """The list of skipped files as CSV that a spreadsheet opens as text.

    A name that begins like a formula gets an apostrophe, for a file's name is untrusted.
    """
    text = csv_text(["file", "why"], [(skip.name, skip.reason) for skip in skipped])
    return text.encode("utf-8-sig", "replace")
