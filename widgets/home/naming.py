"""The dialogs that give a collection another name, or a copy of it one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state.resources import workspace
from widgets.home.copying import start_copy
from widgets.home.data import jobs_of
from widgets.shared.collection_picker import LAST
from widgets.shared.formatting import plain

if TYPE_CHECKING:
    from core.overview import Glance

_MOST = 64


_ASKED = "home-naming"
"""The key of the session's state that holds which dialog is open, and for which collection."""


def offer_rename(glance: Glance, *, asked: bool) -> None:
    """Ask for another name, once the user `asked` for that and until it is decided."""
    if _open("rename", glance, asked):
        _rename(glance)


def offer_copy(glance: Glance, *, asked: bool) -> None:
    """Ask for the name of a copy, once the user `asked` for that and until it is decided."""
    if _open("copy", glance, asked):
        _copy(glance)


def _open(what: str, glance: Glance, asked: bool) -> bool:
    if asked:
        st.session_state[_ASKED] = (what, glance.name)
    return st.session_state.get(_ASKED) == (what, glance.name)


def _decided() -> None:
    st.session_state.pop(_ASKED, None)


@st.dialog("Rename this collection", on_dismiss=_decided)
def _rename(glance: Glance) -> None:
    st.caption("Pictures, labels, decisions and indexes stay as they are. Bookmarks name the old name.")
    name = _name("rename", glance.name)
    if not _go("Rename", "rename-yes", name, glance.name):
        return
    running = jobs_of(glance.path)
    if running:
        st.error(f"“{plain(running[0].title)}” is running for it; wait for that, or cancel it first.")
        return
    try:
        workspace().rename(glance.name, name)
    except LookalikeError as error:
        st.error(plain(str(error), 600))
        return
    _decided()
    if st.session_state.get(LAST) == glance.name:
        st.session_state[LAST] = name
    st.rerun()


@st.dialog("Make a copy of this collection", on_dismiss=_decided)
def _copy(glance: Glance) -> None:
    st.caption(
        "A full copy with everything that was decided: try something out on it, and the original stays as it "
        "is. Files in folders of their own are not copied."
    )
    name = _name("copy", f"{glance.name} copy"[:_MOST])
    if not _go("Copy", "copy-yes", name, glance.name):
        return
    try:
        start_copy(glance, name)
    except LookalikeError as error:
        st.error(plain(str(error), 600))
        return
    _decided()
    st.rerun()


def _name(key: str, proposed: str) -> str:
    return (
        st.text_input("New name", value=proposed, key=f"{key}-name", max_chars=_MOST, help=_HELP) or ""
    ).strip()


_HELP = "Letters, digits, spaces, dots and dashes."


def _go(label: str, key: str, name: str, old: str) -> bool:
    with st.container(horizontal=True, horizontal_alignment="right"):
        return st.button(label, key=key, type="primary", disabled=not name or name == old)
