"""Sees to it that every screen is entered through `app.py`.

Streamlit takes a folder called `pages` for its older kind of navigation until `st.navigation` has been
called once in the process. A bookmark to a search, opened first thing after a start, would therefore run
the screen's file alone: without page config, without our navigation, under the wrong names.
"""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

_KEY = "door"


def open_door() -> None:
    """Called by `app.py`: this session came in properly."""
    st.session_state[_KEY] = True


def enter() -> None:
    """Called first by every screen: sends a session that came in another way through `app.py`."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = False  # tried once: no loop, should a later Streamlit do without this
        PagesManager.uses_pages_directory = False
        st.rerun()
