"""Lookalike's door: `streamlit run app.py`.

Streamlit finds `app` below, imports this file as a module and serves it; then it runs the same file as a
script, once per change of a screen.
"""

import streamlit as st

from widgets.app_state.entry import open_door
from widgets.app_state.serving import require_guard, serve
from widgets.components.brand import ICON, LOGO


def draw() -> None:
    """Draw the navigation and the screen that was asked for."""
    st.set_page_config(page_title="Lookalike", page_icon=ICON, layout="wide", initial_sidebar_state="auto")
    st.logo(LOGO, size="large", icon_image=ICON)

    page = st.navigation(
        [
            st.Page(
                "pages/home.py",
                title="Home",
                icon=":material/home:",
                default=True,
                help="Every collection at a glance: size, quality, what waits; rename, copy, delete.",
            ),
            st.Page(
                "pages/collection.py",
                title="Collection",
                icon=":material/photo_library:",
                help="The pictures: add, browse, label, remove and download them.",
            ),
            st.Page(
                "pages/search.py",
                title="Search",
                icon=":material/image_search:",
                help="Find pictures by words, by a picture, or by examples to be like and unlike.",
            ),
            st.Page(
                "pages/duplicates.py",
                title="Duplicates",
                icon=":material/filter_none:",
                help="Near-duplicates: find them, say how sure that is, decide what stays.",
            ),
            st.Page(
                "pages/clusters.py",
                title="Clusters",
                icon=":material/bubble_chart:",
                help="The whole collection on a map: named clusters, what belongs nowhere, events in time.",
            ),
            st.Page(
                "pages/index.py",
                title="Index",
                icon=":material/speed:",
                help="How fast searches are and what that costs: exact, or by an index proven here.",
            ),
            st.Page(
                "pages/evaluation.py",
                title="Evaluation",
                icon=":material/straighten:",
                help="How good the search is, how sure that is, and what would make it better.",
            ),
            st.Page(
                "pages/training.py",
                title="Training",
                icon=":material/school:",
                help="Teach the search what is alike, prove it on pictures it never saw, accept or go back.",
            ),
            st.Page(
                "pages/health.py",
                title="Health",
                icon=":material/health_and_safety:",
                help="Damaged files, blurred pictures, leaking splits, weak labels: what is wrong, and its "
                "repair.",
            ),
            st.Page(
                "pages/learn.py",
                title="Learn",
                icon=":material/exercise:",
                help="Ten drills on your own pictures, ticked by what you did, and the common mistakes.",
            ),
        ],
        position="sidebar",
    )
    open_door()
    page.run()


if __name__ == "__main__":
    require_guard()
    draw()
else:
    app = st.App(__file__, **serve())
