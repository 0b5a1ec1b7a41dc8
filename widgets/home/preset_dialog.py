"""The dialog that gives a collection a preset, another one, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from core.presets import PRESETS, set_preset
from widgets.app_state.resources import open_collection
from widgets.shared.formatting import plain

if TYPE_CHECKING:
    from core.overview import Glance

_ASKED = "home-preset"
"""The key of the session's state that holds for which collection the dialog is open."""


def offer_preset(glance: Glance, *, asked: bool) -> None:
    """Ask for a preset, once the user `asked` for that and until it is decided."""
    if asked:
        st.session_state[_ASKED] = glance.name
    if st.session_state.get(_ASKED) == glance.name:
        _choose(glance)


def _decided() -> None:
    st.session_state.pop(_ASKED, None)


@st.dialog("What kind of collection is it?", on_dismiss=_decided)
def _choose(glance: Glance) -> None:
    by_key = {one.key: one for one in PRESETS}
    chosen = st.radio(
        "Preset",
        ["", *by_key],
        index=["", *by_key].index(glance.preset) if glance.preset in by_key else 0,
        key="preset-choice",
        format_func=lambda key: by_key[key].title if key else "No preset",
        captions=["The usual defaults.", *(one.about for one in PRESETS)],
        label_visibility="collapsed",
    )
    if chosen:
        one = by_key[chosen]
        st.caption(f"**Cut-off.** {plain(one.why_alpha, 300)}")
        st.caption(f"**Re-ranker.** {plain(one.why_reranker, 300)}")
    st.caption("Its encoder stays: pictures would have to be embedded again.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if not st.button("Use it", key="preset-yes", type="primary", disabled=chosen == glance.preset):
            return
    try:
        set_preset(open_collection(glance.name), chosen or "")
    except LookalikeError as error:
        st.error(plain(str(error), 600))
        return
    _decided()
    st.rerun()
