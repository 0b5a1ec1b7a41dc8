"""A box for one query in words, and a way to another query; what is asked stands in the address."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

_NO_WORDS = "This collection is searched with pictures: its encoder has no words"


def query_box(key: str, text: str, asked: bool, words: bool, go: Callable[..., None]) -> None:
    """Draw the box.

    Args:
        key: of the widgets.
        text: the words that the address has.
        asked: whether there is a query, in words or a picture, that can be taken back.
        words: whether the encoder has words.
        go: changes the parts `text` and `like` of the address.
    """
    st.session_state[f"{key}-text"] = text
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text_input(
            "Query",
            key=f"{key}-text",
            type="search",
            icon=":material/search:",
            placeholder="Words to look for, such as “a red dress”" if words else _NO_WORDS,
            label_visibility="collapsed",
            disabled=not words,
            max_chars=500,
            on_change=lambda: go(text=st.session_state[f"{key}-text"].strip(), like=None),
        )
        if asked:
            st.button(
                "Another query",
                key=f"{key}-over",
                icon=":material/restart_alt:",
                type="tertiary",
                on_click=go,
                kwargs={"text": "", "like": None},
            )
