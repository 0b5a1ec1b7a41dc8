"""Deleting a collection, after asking; also one that cannot be opened."""

from __future__ import annotations

import streamlit as st

from core.errors import LookalikeError
from widgets.resources import workspace
from widgets.wording import count, plain


@st.dialog("Delete this collection?")
def confirm_delete(name: str, pictures: int | None, param: str) -> None:
    """Ask, and delete.

    Args:
        name: of the collection.
        pictures: how many it holds; None where they cannot be counted.
        param: the key of the session's state that holds the collection shown last.
    """
    whose = f" with its {count(pictures)}" if pictures is not None else ""
    st.markdown(
        f"**{plain(name)}**{whose} will be deleted for good: "
        "what was seen in them, labels, and the copies kept in it. Files in folders of their own stay there."
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep it", key="delete-no"):
            st.rerun()
        if st.button("Delete", key="delete-yes", type="primary", icon=":material/delete_forever:"):
            try:
                workspace().delete(name)
            except LookalikeError as error:
                st.error(plain(str(error), 600))
                return
            st.session_state.pop(param, None)
            st.query_params.clear()
            st.rerun()
