"""Every index of the collection: use it, see what was measured, check it, delete it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state.resources import jobs, search_engine
from widgets.index.choosing import ask_delete, delete_dialog, use
from widgets.index.server import move_panel, server_settings
from widgets.index.wording import ASKED, bounds, settings_text
from widgets.shared.formatting import count, plain, size
from widgets.shared.job_panel import running_panel

if TYPE_CHECKING:
    from core.collection import Collection
    from core.index_manager import Check, Finding
    from widgets.index.data import Stored


def check_key(collection: Collection) -> str:
    """Under which key self-checks of this collection run: one at a time."""
    return f"check:{Path(collection.root)}"


def listing(
    collection: Collection, stored: Sequence[Stored], now: Stored | None, go: Callable[..., None]
) -> None:
    """Draw the list, newest first, exact search before all."""
    st.subheader("What this collection can be searched with", anchor=False)
    _check_panel(collection)
    move_panel(collection)
    _exact_row(collection, now)
    for one in reversed(stored):
        _row(collection, one, go)
    if not stored:
        st.caption(
            "No index has been built yet. Tuning builds several, and keeps the one that it recommends."
        )
    st.session_state["index-automatic"] = collection.indexes.automatic
    st.toggle(
        "Move to an index unasked",
        key="index-automatic",
        on_change=lambda: collection.indexes.set_automatic(st.session_state["index-automatic"]),
        help="When the collection has outgrown exact search here, an index is built and proven in the "
        "background, and serves once it is shown to answer well enough.",
    )
    server_settings(collection)
    delete_dialog(collection, {one.id: one.line for one in stored})


def _exact_row(collection: Collection, now: Stored | None) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="index-row-exact"):
        with st.container(width="stretch", gap=None):
            st.markdown(f"**Exact search**{_badge(now is None)}")
            st.caption(
                f"Compares with every vector: nothing is missed · {size(collection.space_bytes())} of vectors"
            )
        if now is not None:
            st.button(
                "Use", key="use-exact", icon=":material/check:", on_click=use, args=(collection, None, "")
            )


def _row(collection: Collection, one: Stored, go: Callable[..., None]) -> None:
    with st.container(border=True, key=f"index-row-{one.id}", gap="small"):
        row = st.container(horizontal=True, vertical_alignment="center", gap="small")
        st.caption(facts(one))
    with row:
        st.markdown(f"**{one.id}: {plain(one.title, 120)}**{_badge(one.record.in_use)}", width="stretch")
        if one.record.in_use:
            st.button(
                "Check",
                key=f"check-{one.id}",
                icon=":material/fact_check:",
                on_click=start_check,
                args=(collection,),
                disabled=_checking(collection),
                help="Asks it 200 fresh queries of each kind, and holds its answers against exact ones.",
            )
        else:
            st.button(
                "Use",
                key=f"use-{one.id}",
                icon=":material/check:",
                on_click=use,
                args=(collection, one.id, one.title),
            )
        if one.tuning is not None:
            st.button(
                "Figures",
                key=f"figures-{one.id}",
                icon=":material/monitoring:",
                on_click=go,
                kwargs={"part": "measured", "index": one.id},
            )
        st.button(
            "Delete",
            key=f"delete-{one.id}",
            icon=":material/delete:",
            type="tertiary",
            on_click=ask_delete,
            args=(one.id,),
        )


def facts(one: Stored) -> str:
    """What is known of an index, in a line; Markdown."""
    said = [f"made {one.record.at:%Y-%m-%d %H:%M} UTC"]
    if one.tuning is None:
        return f"{said[0]} · not measured"
    for kind, proven in one.tuning.certificates.items():
        shown = f"{proven.recall:.3f} ({bounds(proven.interval)})"
        said.append(f"{ASKED[kind]} {settings_text(proven.parameters)}: {shown}")
    said.append(size(one.tuning.memory_bytes))
    said.append(f"proven on {count(one.tuning.vectors, 'vector')}")
    return " · ".join(said)


def start_check(collection: Collection) -> None:
    """Begin a self-check in the background, unless one runs."""
    from core.index_manager import check

    engine = search_engine(collection)
    try:
        jobs().start(
            check_key(collection),
            "Checking the index",
            lambda monitor: check(
                collection, keeper=engine.keeper, asked=engine.watch.asked, monitor=monitor
            ),
        )
    except LookalikeError:  # another tab was first: its progress is shown
        return


def _checking(collection: Collection) -> bool:
    job = jobs().get(check_key(collection))
    return job is not None and job.running


def _check_panel(collection: Collection) -> None:
    key = check_key(collection)
    job = jobs().get(key)
    if job is None:
        return
    if job.running:
        running_panel(key, "step", "Search goes on as it is.")
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="check-job"):
        if job.state == "failed":
            st.error(plain(job.error, 600), icon=":material/error:", width="stretch")
        elif job.state == "cancelled":
            st.markdown(":material/cancel: The check was cancelled.", width="stretch")
        else:
            found: Check = job.result
            text = plain(check_line(found), 600)
            if found.collapsed:
                st.error(text, icon=":material/trending_down:", width="stretch")
            else:
                st.markdown(f":material/verified: {text}", width="stretch")
        st.button(
            "Close",
            key="check-close",
            icon=":material/close:",
            type="tertiary",
            on_click=jobs().forget,
            args=(key,),
        )


def check_line(found: Check) -> str:
    """The result of a self-check, for the screen."""
    if not found.findings:
        return found.sentence
    said = " ".join(_finding(one, found.k) for one in found.findings)
    return (
        f"{said} Tune again to get an index that suits the collection as it is now."
        if found.collapsed
        else said
    )


def _finding(one: Finding, k: int) -> str:
    now = (
        f"Recall@{k} {ASKED[one.kind]} is {one.recall:.3f} ({bounds(one.interval)}) "
        f"on {one.queries:,} queries"
    )
    if one.target is None:
        return f"{now}; nothing had been promised."
    return (
        f"{now}, significantly below the certified {one.target:g}."
        if one.collapsed
        else f"{now}; {one.target:g} was certified."
    )


def _badge(in_use: bool) -> str:
    return " :green-badge[:material/check: In use]" if in_use else ""
