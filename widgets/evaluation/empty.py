"""What to do when there is nothing to show yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from widgets.app_state.resources import has_words
from widgets.evaluation.measuring import begin
from widgets.evaluation.progress import evaluation_running
from widgets.shared.empty import link_to_add
from widgets.shared.formatting import count, plain

if TYPE_CHECKING:
    from core.collection import Collection


def no_pictures() -> None:
    """There is nothing to search, so nothing to measure."""
    st.markdown("There are no pictures to measure the search of yet.")
    link_to_add()


def nothing_measured(collection: Collection, on_choose: Callable[[], None]) -> None:
    """No run yet: with labels one click measures, without them here is how to come by some."""
    labels = [label for label, _ in collection.labels() if label]
    with st.container(border=True, key="evaluation-empty"):
        if len(labels) >= 2:
            _measure_first(collection, len(labels), on_choose)
        else:
            _labels_first(collection, labels)


def _measure_first(collection: Collection, labels: int, on_choose: Callable[[], None]) -> None:
    labelled = sum(n for label, n in collection.labels() if label)
    st.markdown("#### Nothing has been measured yet")
    st.markdown(
        f"{count(labelled)} of **{plain(collection.name)}** bear one of {count(labels, 'label')}. "
        "Each can look for the others of its label; the more of the first results are right, the better the "
        "search."
    )
    with st.container(horizontal=True):
        if st.button(
            "Measure by picture",
            key="measure-first",
            type="primary",
            icon=":material/straighten:",
            disabled=evaluation_running(collection),
        ) and begin(collection, "labels", encoder=collection.encoder_name):
            st.rerun()
        st.button(
            "Other ways", key="measure-other", type="tertiary", icon=":material/tune:", on_click=on_choose
        )


def _labels_first(collection: Collection, labels: list[str]) -> None:
    said = (
        "No picture has a label, so nothing says which results are right."
        if not labels
        else f"Every labelled picture is “{plain(labels[0], 60)}”, so any result would be right."
    )
    st.markdown("#### What is right has to be known first")
    st.markdown(f"{said} There are three ways to come by labels:")
    left, middle, right = st.columns(3, gap="medium")
    with left:
        st.markdown("**:material/folder: Folder names**")
        st.caption(
            "Add the folder again with “Labels from: Folder names”; pictures of one folder share a label."
        )
    with middle:
        st.markdown("**:material/table: A CSV file**")
        st.caption("Columns path, label and caption, given while adding. Captions alone can be measured too.")
    with right:
        st.markdown("**:material/sell: By hand**")
        st.caption("Select pictures on the collection screen, or search for them, and choose “Label”.")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link("pages/collection.py", label="To the pictures", icon=":material/arrow_forward:")
        if has_words(collection.encoder_name):
            st.page_link(
                "pages/evaluation.py",
                label="Or ask in words, and say which results are right",
                icon=":material/rate_review:",
                query_params={"collection": collection.name, "part": "review"},
            )
