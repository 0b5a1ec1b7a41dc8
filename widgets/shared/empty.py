"""What every screen says where there are no pictures."""

import streamlit as st


def link_to_add() -> None:
    """A link to where pictures are added."""
    st.page_link(
        "pages/collection.py", label="Add some, or try the sample catalogue", icon=":material/arrow_forward:"
    )
