"""Moving a collection's vectors to a Milvus server, when one machine is not enough."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state.resources import jobs
from widgets.shared.formatting import count, duration, plain
from widgets.shared.job_panel import running_panel

if TYPE_CHECKING:
    from core.collection import Collection, IndexRecord
    from core.index import Reconciled


def move_panel(collection: Collection) -> None:
    """Show the move that runs, or how the last one ended until it is put away."""
    key = server_key(collection)
    job = jobs().get(key)
    if job is None:
        return
    if job.running:
        running_panel(key, "vector", "What was sent stays there; begun again, it goes on where it was.")
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="server-job"):
        if job.state == "failed":
            st.error(plain(job.error, 600), icon=":material/error:", width="stretch")
        elif job.state == "cancelled":
            st.markdown(
                ":material/cancel: Stopped. Search is as it was; begun again, the move goes on where it was.",
                width="stretch",
            )
        else:
            record, done = job.result
            st.markdown(f":material/check_circle: {moved_line(record, done)}", width="stretch")
        st.button(
            "Close",
            key="server-close",
            icon=":material/close:",
            type="tertiary",
            on_click=jobs().forget,
            args=(key,),
        )


def server_settings(collection: Collection) -> None:
    """Draw where the server is, and the button."""
    from core.index_manager import TOKEN

    with st.expander("A Milvus server, when one machine is not enough", icon=":material/dns:"):
        st.markdown(
            "Only ids and vectors are sent; pictures, labels and names stay here, and this collection "
            "remains the authority. While the server is away, search is exact, on this machine."
        )
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            uri = st.text_input(
                "Address of the server",
                key="server-uri",
                placeholder="http://localhost:19530",
                max_chars=300,
                autocomplete="off",
            ).strip()
            problem = address_problem(uri)
            started = st.button(
                "Move this collection there",
                key="server-move",
                icon=":material/cloud_upload:",
                disabled=not uri or bool(problem) or _running(collection),
            )
        if uri and problem:
            st.caption(f":material/info: {plain(problem, 300)}")
        st.caption(
            f"A server that wants a password or an API key finds it in the environment variable `{TOKEN}` of "
            "this app; it is never stored. A path that ends in `.db` is Milvus Lite, in this process."
        )
        if started:
            start_move(collection, uri)
            st.rerun()


def address_problem(uri: str) -> str:
    """Why this cannot be the address of a server, or nothing. It is stored, so no secret may be in it."""
    try:
        parts = urlsplit(uri)
        parts.port  # noqa: B018 - a port that is no number is found out when it is read
    except ValueError:
        return "That is no address; one looks like http://localhost:19530."
    if "@" in uri or parts.query:
        return "Leave user, password and key out of the address: it is stored, and they must not be."
    if parts.scheme in {"http", "https"} and parts.hostname:
        return ""
    if uri.endswith(".db") and not parts.scheme:
        return ""
    return "An address begins with http:// or https://, or is a path that ends in .db."


def start_move(collection: Collection, uri: str) -> None:
    """Begin to move in the background, unless a move runs."""
    from core.index_manager import move

    try:
        jobs().start(
            server_key(collection),
            f"Moving to Milvus at {uri}",
            lambda monitor: move(collection, uri, monitor=monitor),
        )
    except LookalikeError:  # another tab was first: its progress is shown
        return


def moved_line(record: IndexRecord, done: Reconciled) -> str:
    """What came of a move; Markdown."""
    from core.index_manager import title

    sent = count(done.added, "vector")
    return (
        f"**{plain(title(record), 200)} answers every search now.** Sent {sent} in {duration(done.seconds)}."
    )


def server_key(collection: Collection) -> str:
    """Under which key moves of this collection to a server run: one at a time."""
    return f"server:{Path(collection.root)}"


def _running(collection: Collection) -> bool:
    job = jobs().get(server_key(collection))
    return job is not None and job.running
