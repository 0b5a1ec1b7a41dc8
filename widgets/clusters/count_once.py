"""Whether near-duplicates counted once, and the way to have them counted once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from widgets.clusters.wording import counted_line

if TYPE_CHECKING:
    from core.collection import Collection
    from widgets.clusters.data import Counted


def counted_caption(collection: Collection, counted: Counted) -> None:
    """One quiet line; nothing is scanned here."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f":material/filter_none: {counted_line(counted)}", width="content")
        if counted.unscanned or not counted.scanned:
            st.page_link(
                "pages/duplicates.py",
                label="Look for duplicates",
                icon=":material/arrow_forward:",
                query_params={"collection": collection.name},
            )
