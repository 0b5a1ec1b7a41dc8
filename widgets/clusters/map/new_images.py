"""Pictures that came after the map was drawn or the clusters were found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from widgets.clusters import data
from widgets.clusters.jobs import begin_placing, making
from widgets.shared.formatting import count

if TYPE_CHECKING:
    from core.clustering import Clustering
    from core.collection import Collection
    from core.projection import PictureMap


def later_line(collection: Collection, drawn: PictureMap | None, found: Clustering | None) -> None:
    """Say how many pictures have no place yet, with the button that gives them one."""
    new = max(
        0 if drawn is None else data.unplaced(collection, drawn),
        0 if found is None else data.newcomers(collection, found),
    )
    if not new or making(collection):
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="clusters-later"):
        st.markdown(
            f":material/update: {count(new)} came after and {'has' if new == 1 else 'have'} no place yet.",
            width="stretch",
        )
        if st.button(
            "Place it" if new == 1 else "Place them",
            key="place-new",
            icon=":material/add_location_alt:",
            help="Each goes beside its nearest, and into their cluster. Nothing else moves.",
        ) and begin_placing(collection, None if found is None else found.id):
            st.rerun()
