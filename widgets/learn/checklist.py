"""The ten drills: how far each is by the collection's records, and the way to where it is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.drills.checklist import checklist
from core.errors import LookalikeError
from widgets.shared.formatting import plain

if TYPE_CHECKING:
    from core.collection import Collection
    from core.drills import DrillState

_RUNS_HERE = {"norms": "mistake", "order": "comparison", "flat": "comparison"}
"""Drills that are run by a button on this screen, for they leave no record elsewhere."""


def drills(collection: Collection) -> None:
    """Draw the checklist."""
    try:
        states = checklist(collection)
    except LookalikeError as error:
        st.error(plain(str(error), 600), icon=":material/error:")
        return
    done = sum(state.done for state in states)
    st.markdown(summary(states))
    st.progress(done / len(states))
    for number, state in enumerate(states, 1):
        _drill(collection, number, state)


def summary(states: Sequence[DrillState]) -> str:
    """How many are done, and which to do next; Markdown."""
    done = sum(state.done for state in states)
    if done == len(states):
        return f"**All {len(states)} drills are done** on this collection."
    next_one = next(state for state in states if not state.done)
    return (
        f"**{done} of {len(states)} done** on this collection, by what is stored in it. Next: "
        f"{plain(next_one.drill.title, 120)}."
    )


def _drill(collection: Collection, number: int, state: DrillState) -> None:
    drill = state.drill
    with st.container(border=True, key=f"drill-{drill.key}", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            mark = ":green[:material/check_circle:]" if state.done else ":material/radio_button_unchecked:"
            st.markdown(f"{mark} **{number}. {plain(drill.title, 120)}**", width="stretch")
            if drill.key in _RUNS_HERE:
                st.button(
                    "Run it again" if state.done else "Run it",
                    key=f"run-{drill.key}",
                    icon=":material/play_arrow:",
                    type="secondary" if state.done else "primary",
                    on_click=_run,
                    args=(collection, drill.key),
                )
            parts = {"collection": collection.name} | ({"part": drill.part} if drill.part else {})
            if drill.part or drill.screen != "learn":
                st.page_link(
                    f"pages/{drill.screen}.py",
                    label="See it" if drill.key in _RUNS_HERE else "Go there",
                    icon=":material/arrow_forward:",
                    query_params=parts,
                )
        st.caption(drill.learn)
        if 0 < state.share < 1:
            st.progress(state.share, text=plain(state.found, 400))
        else:
            st.markdown(plain(state.found, 500))
        error = st.session_state.pop(f"drill-error-{drill.key}", "")
        if error:
            st.error(plain(error, 500), icon=":material/error:")


def _run(collection: Collection, key: str) -> None:
    from core.drills import compare, show_mistake

    try:
        if _RUNS_HERE[key] == "comparison":
            compare(collection, key)
        else:
            show_mistake(collection, key)
    except LookalikeError as error:
        st.session_state[f"drill-error-{key}"] = str(error)
