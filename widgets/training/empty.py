"""What to do when there is nothing to learn from, or nothing to show yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from widgets.shared.empty import link_to_add
from widgets.shared.formatting import count

if TYPE_CHECKING:
    from core.collection import Collection


def no_pictures() -> None:
    """There is nothing to train on."""
    st.markdown("There are no pictures to learn from yet.")
    link_to_add()


def too_few(collection: Collection) -> None:
    """So few pictures that nothing can be kept out to prove anything."""
    with st.container(border=True, key="training-few"):
        st.markdown("#### Too few pictures to learn from")
        st.markdown(
            f"There {'is' if collection.count() == 1 else 'are'} {count(collection.count())}. A part has to "
            "be kept out of training to show that it helps, so it takes some hundreds to be worth it."
        )
        st.page_link("pages/collection.py", label="Add pictures", icon=":material/arrow_forward:")


def no_labels(collection: Collection) -> None:
    """No two labels with pictures, so nothing says what is wrong."""
    with st.container(border=True, key="training-unlabelled"):
        st.markdown("#### Nothing says yet which answers are wrong")
        st.markdown(
            "With two labels or more, of a few pictures each, the wrong pictures that the search is fooled "
            "by are listed here, and training learns to tell them apart. Folder names become labels when "
            "pictures are added; on the Collection screen you can label by hand."
        )
        if collection.verdicts():
            st.markdown(
                f"“Train” can learn from {count(len(collection.verdicts()), 'verdict')} on pairs, too."
            )
        else:
            st.markdown(
                "Without labels “Train” learns from altered copies of each picture, which helps the search "
                "for near-duplicates."
            )
        st.page_link("pages/collection.py", label="Label pictures", icon=":material/label:")


def no_versions() -> None:
    """Nothing was trained yet."""
    with st.container(border=True, key="training-none"):
        st.markdown("#### Nothing has been trained yet")
        st.markdown(
            "“Train” learns a small map over the stored vectors, in a minute or so for some thousands. "
            "What came of it is shown here, measured on pictures that it never saw: what it gains, and "
            "whether kinds of pictures that it was not trained on, words or copies lose by it. You then "
            "accept it or throw it away; nothing changes before that."
        )
