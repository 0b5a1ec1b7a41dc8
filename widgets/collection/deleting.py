"""Deleting a collection, after asking; also one that cannot be opened."""

from __future__ import annotations

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state.resources import workspace
from widgets.shared.formatting import count, plain

_ASKED = "deleting"


def offer_delete(name: str, pictures: int | None, param: str, *, asked: bool) -> None:
    """Ask whether to delete a collection, once the user `asked` for it and until that is decided.

    Args:
        name: of the collection.
        pictures: how many it holds; None where they cannot be counted.
        param: the key of the session's state that holds the collection shown last.
        asked: whether the user asks for it now.
    """
    if asked:
        st.session_state[_ASKED] = name
    if st.session_state.get(_ASKED) == name:
        _confirm(name, pictures, param)


def _decided() -> None:
    st.session_state.pop(_ASKED, None)


@st.dialog("Delete this collection?", on_dismiss=_decided)
def _confirm(name: str, pictures: int | None, param: str) -> None:
    whose = f" with its {count(pictures)}" if pictures is not None else ""
    st.markdown(
        f"**{plain(name)}**{whose} will be deleted for good: "
        "what was seen in them, labels, and the copies kept in it. Files in folders of their own stay there."
    )
    typed = st.text_input("Type its name to confirm", key="delete-name", placeholder=name)
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep it", key="delete-no", on_click=_decided):
            st.rerun()
        if st.button(
            "Delete",
            key="delete-yes",
            type="primary",
            icon=":material/delete_forever:",
            disabled=(typed or "").strip() != name,
        ):
            try:
                workspace().delete(name)
            except LookalikeError as error:
                st.error(plain(str(error), 600))
                return
            _decided()
            st.session_state.pop(param, None)
            st.query_params.clear()
            st.rerun()
