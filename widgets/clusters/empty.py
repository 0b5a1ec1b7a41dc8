"""What to do when there is nothing to show yet, or too little of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from widgets.clusters.jobs import begin_all, estimate, making
from widgets.shared.empty import link_to_add
from widgets.shared.formatting import count, duration, plain

if TYPE_CHECKING:
    from core.collection import Collection
    from widgets.clusters.data import Counted


def no_pictures() -> None:
    """There is nothing to group."""
    st.markdown("There are no pictures to group yet.")
    link_to_add()


def one_picture() -> None:
    """One picture is no group."""
    st.markdown("There is one picture only. Clusters and a map begin with two that differ.")
    st.page_link("pages/collection.py", label="Add more", icon=":material/arrow_forward:")


def nothing_made(collection: Collection, counted: Counted) -> None:
    """Nobody has grouped these pictures yet: one click does."""
    pictures = collection.count()
    with st.container(border=True, key="clusters-empty"):
        st.markdown("#### See the whole collection at once")
        st.markdown(
            f"The {count(pictures)} of **{plain(collection.name)}** are laid out on a map where those that "
            "look alike lie together; the app proposes how many clusters there are, and names each of them "
            "from the words that the encoder knows, your labels and your captions."
        )
        if st.button(
            "Draw the map and find clusters",
            key="make-all",
            type="primary",
            icon=":material/bubble_chart:",
            disabled=making(collection),
        ) and begin_all(collection, counted.groups):
            st.rerun()
        st.caption(
            f"About {duration(estimate(pictures))} in the background on two cores. "
            "You can cancel at any time; what is finished stays."
        )


def no_map(collection: Collection, counted: Counted) -> None:
    """There are clusters, but no map to show them on."""
    from widgets.clusters.jobs import begin_map

    with st.container(border=True, key="clusters-no-map"):
        st.markdown("#### The map is not drawn yet")
        st.markdown("The clusters are there; the map shows how they lie to one another.")
        if st.button(
            "Draw the map",
            key="make-map",
            type="primary",
            icon=":material/map:",
            disabled=making(collection),
        ) and begin_map(collection, counted.groups):
            st.rerun()


def no_run(collection: Collection, counted: Counted) -> None:
    """There is a map, but no clusters."""
    with st.container(border=True, key="clusters-no-run"):
        st.markdown("#### No clusters yet")
        st.markdown("The app proposes how many there are, finds them and names them.")
        if st.button(
            "Find clusters",
            key="make-run",
            type="primary",
            icon=":material/bubble_chart:",
            disabled=making(collection),
        ) and begin_all(collection, counted.groups):
            st.rerun()
