"""What to do when there is nothing to show yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from widgets.index.data import advised
from widgets.shared.empty import link_to_add
from widgets.shared.formatting import count

if TYPE_CHECKING:
    from core.collection import Collection


def no_pictures() -> None:
    """There is nothing to search, so nothing to index."""
    st.markdown("There are no pictures to build an index over yet.")
    link_to_add()


def nothing_tuned(collection: Collection) -> None:
    """No index yet: what tuning would do, and whether it is worth it."""
    from core.index_manager import CROSSOVER_MS

    pictures = collection.count()
    with st.container(border=True, key="index-empty"):
        st.markdown("#### No index has been built yet")
        if pictures < 2:
            st.markdown(
                "With a single picture there is nothing to search among, so there is nothing to tune."
            )
            return
        advice = advised(collection)
        if advice.action == "none" and advice.exact_ms <= CROSSOVER_MS:
            st.markdown(
                f"None is needed: comparing a query with all {count(pictures)} takes no noticeable "
                "time, and misses nothing. Tuning says so too, with figures."
            )
        else:
            st.markdown(
                "“Tune” builds several kinds of index over your pictures, asks each of them hundreds of your "
                "pictures and sentences, compares the answers with exact ones, and proves the fastest that "
                "misses little enough."
            )
        st.caption(
            "Measured here once there is something: recall against time for every setting, memory, disk and "
            "build time, and a certificate for each kind of query."
        )
