"""What to do when there is nothing to show yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from widgets.duplicates.scanning import begin, scanning
from widgets.shared.empty import link_to_add
from widgets.shared.formatting import count, plain

if TYPE_CHECKING:
    from core.collection import Collection


def no_pictures() -> None:
    """There is nothing to compare."""
    st.markdown("There are no pictures to compare yet.")
    link_to_add()


def one_picture() -> None:
    """One picture has no duplicate."""
    st.markdown("There is one picture only, so there is nothing to compare it with.")
    st.page_link("pages/collection.py", label="Add more", icon=":material/arrow_forward:")


def nothing_scanned(collection: Collection) -> None:
    """Nobody has looked for duplicates here yet: one click does."""
    with st.container(border=True, key="duplicates-empty"):
        st.markdown("#### Nobody has looked for duplicates here yet")
        st.markdown(
            f"The {count(collection.count())} of **{plain(collection.name)}** are compared by their bytes, "
            "their pixels, a fingerprint of brightness, the encoder, and details found again point by point. "
            "It happens in the background, and later only for what is new."
        )
        if st.button(
            "Look for duplicates",
            key="scan-first",
            type="primary",
            icon=":material/find_replace:",
            disabled=scanning(collection),
        ) and begin(collection):
            st.rerun()


def no_candidates(collection: Collection) -> None:
    """All was compared, and nothing came near anything."""
    with st.container(border=True, key="duplicates-none"):
        st.markdown("#### Nothing here looks like anything else")
        st.markdown(
            f"All {count(collection.count())} were compared, and no two came near each other. New pictures "
            "are compared with these when they come."
        )
