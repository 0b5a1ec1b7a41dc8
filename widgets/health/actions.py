"""From alarm to action on the screen: which promises still hold, a button for what restores the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.errors import LookalikeError
from core.stored import UNREADABLE, from_builtins
from widgets.app_state.resources import jobs, search_engine
from widgets.shared.formatting import plain
from widgets.shared.job_panel import done_line, ended_panel, running_panel

if TYPE_CHECKING:
    from core.collection import Collection
    from core.health import PromisesReport, Remedy
    from core.jobs import Monitor

_ICONS = {
    "holds": ":material/check_circle:",
    "open": ":material/help:",
    "broken": ":material/error:",
    "none": ":material/remove:",
}
_BUTTONS = {
    "tune": ":material/speed:",
    "index": ":material/refresh:",
    "train": ":material/school:",
    "label": ":material/rate_review:",
}


def action_key(collection: Collection) -> str:
    """Under which key promises are checked and restored: one thing at a time."""
    return f"health-action:{Path(collection.root)}"


def actions_panel(collection: Collection) -> None:
    """What was promised and whether it holds, as last checked, with a button to check and one per remedy."""
    job = jobs().get(action_key(collection))
    busy = job is not None and job.running
    last = stored_promises(collection)
    with st.container(border=True, key="promises"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("**Do earlier promises still hold?**", width="stretch")
            st.button(
                "Check now",
                key="promises-check",
                icon=":material/fact_check:",
                disabled=busy or not collection.count(),
                help="Compares the index with exact search on what was really asked in this app, and looks "
                "at the random pairs that were labelled since pictures came.",
                on_click=check_now,
                args=(collection,),
            )
        if last is None:
            st.caption(
                "Nothing was checked yet: neither the recall of the index nor the certified threshold for "
                "near-duplicates."
            )
        else:
            for promise in last.promises:
                st.markdown(f"{_ICONS[promise.state]} {plain(promise.sentence, 500)}")
            for remedy in last.remedies:
                _remedy(collection, remedy, busy)
    if job is not None and busy:
        running_panel(job.key, "step", "Search goes on as before.", "promises-job")
    elif job is not None:
        ended_panel(job, "promises", f"{done_line(job)} {plain(str(job.result), 500)}", "")


def stored_promises(collection: Collection) -> PromisesReport | None:
    """What the last check of the promises found; None before the first, or where that cannot be read."""
    from core.health import PromisesReport, latest_run

    run = latest_run(collection, "promises")
    if run is None:
        return None
    try:
        return from_builtins(PromisesReport, {**run.settings, **run.result})
    except UNREADABLE:
        return None


def check_now(collection: Collection) -> None:
    """Check the promises in the background, by the sentences that were asked in this process first."""
    asked = search_engine(collection).watch.asked

    def work(monitor: Monitor) -> str:
        from core.health import check_and_store

        return " ".join(check_and_store(collection, monitor, asked).lines())

    _start(collection, "Checking the promises", work)


def _remedy(collection: Collection, remedy: Remedy, busy: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"remedy-{remedy.kind}"):
        with st.container(width="stretch"):
            st.caption(plain(remedy.reason, 400))
            st.code(remedy.command, language="sh", wrap_lines=True)
        pressed = st.button(
            remedy.title,
            key=f"remedy-{remedy.kind}-start",
            icon=_BUTTONS[remedy.kind],
            disabled=busy and remedy.kind != "label",
            on_click=None if remedy.kind == "label" else _apply,
            args=(collection, remedy),
        )
    if pressed and remedy.kind == "label":
        st.switch_page("pages/duplicates.py", query_params={"collection": collection.name, "part": "label"})


def _apply(collection: Collection, remedy: Remedy) -> None:
    asked = search_engine(collection).watch.asked

    def work(monitor: Monitor) -> str:
        from core.health import apply_remedy, check_and_store

        done = apply_remedy(collection, remedy.kind, monitor)
        check_and_store(collection, monitor, asked)  # what is on the screen is about what serves now
        return done

    _start(collection, remedy.title, work)


def _start(collection: Collection, title: str, work: Callable[[Monitor], Any]) -> None:
    try:
        jobs().start(action_key(collection), title, work)
    except LookalikeError as error:
        st.toast(plain(str(error), 300), icon=":material/error:")
