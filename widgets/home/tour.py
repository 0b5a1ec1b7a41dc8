"""The tour of a first visit: what each screen answers. Put away once, it stays away in this workspace."""

from __future__ import annotations

import streamlit as st

from core.collection import read_setting, write_setting
from core.errors import LookalikeError
from widgets.app_state.resources import workspace

_SETTING = "tour"
_AWAY = "away"

STOPS = (
    (
        "collection",
        ":material/photo_library:",
        "Collection",
        "What do I have?",
        "Browse, label, add, remove.",
    ),
    (
        "search",
        ":material/image_search:",
        "Search",
        "Where is the one I mean?",
        "By words, by a picture or a part of it, by examples.",
    ),
    (
        "duplicates",
        ":material/filter_none:",
        "Duplicates",
        "What is there twice?",
        "Crops, re-saved and turned copies, with a threshold that you can defend.",
    ),
    (
        "clusters",
        ":material/bubble_chart:",
        "Clusters",
        "What is it about?",
        "A map with named clusters, what belongs nowhere, events in time.",
    ),
    (
        "index",
        ":material/speed:",
        "Index",
        "Is it fast enough, and what does that cost?",
        "Exact, or an index that was proven on your pictures.",
    ),
    (
        "evaluation",
        ":material/straighten:",
        "Evaluation",
        "How good are the results?",
        "Figures with intervals, and the worst queries to look at.",
    ),
    (
        "training",
        ":material/school:",
        "Training",
        "Can it learn what I call alike?",
        "From labels and verdicts, proven on pictures that it never saw.",
    ),
    (
        "health",
        ":material/health_and_safety:",
        "Health",
        "Is anything wrong with it?",
        "Damage, blurred pictures, leaking splits, drift: with a repair for each.",
    ),
    (
        "learn",
        ":material/exercise:",
        "Learn",
        "How does all this work?",
        "Ten drills on your own pictures, and the common mistakes with their cures.",
    ),
)


def tour() -> None:
    """Draw the tour, unless it was put away; then a way to have it back."""
    if st.session_state.get(_SETTING, read_setting(workspace().path, _SETTING)) == _AWAY:
        st.button(
            "Show the tour",
            key="tour-show",
            icon=":material/tour:",
            type="tertiary",
            on_click=_note,
            args=("",),
        )
        return
    with st.container(border=True, key="tour"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader("What each screen answers", anchor=False, width="stretch")
            st.button("Got it", key="tour-away", icon=":material/check:", on_click=_note, args=(_AWAY,))
        st.html(_GRID)
        with st.container(key="tour-stops"):
            for screen, icon, name, question, means in STOPS:
                with st.container(gap=None, key=f"tour-{screen}"):
                    st.page_link(f"pages/{screen}.py", label=f"**{name}**: {question}", icon=icon)
                    st.caption(means)


_GRID = """<style>
.st-key-tour-stops { display: grid; gap: .4rem 1.5rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); }
.st-key-tour-stops > * { width: 100% !important; }
.st-key-tour-stops [data-testid="stPageLink-NavLink"] { padding-left: 0; }
</style>"""


def _note(value: str) -> None:
    st.session_state[_SETTING] = value
    try:
        write_setting(workspace().path, _SETTING, value)
    except LookalikeError:
        return  # a workspace that cannot be written: it is remembered for this visit
