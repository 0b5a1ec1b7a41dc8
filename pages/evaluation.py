"""How good the search of a collection is, and how sure that is: measure, compare, review, report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state import url
from widgets.app_state.entry import enter
from widgets.evaluation.address import PARTS, EvaluationView
from widgets.evaluation.comparing import comparing
from widgets.evaluation.data import run_of, summaries
from widgets.evaluation.empty import no_pictures, nothing_measured
from widgets.evaluation.encoders.panel import encoders_tab
from widgets.evaluation.encoders.speed import speed
from widgets.evaluation.history import history
from widgets.evaluation.measuring import measure_form
from widgets.evaluation.overview import lead, overview
from widgets.evaluation.progress import evaluation_panel, evaluation_running
from widgets.evaluation.queries import queries
from widgets.evaluation.reviewing import reviewing
from widgets.evaluation.second_looks import rerankers_tab
from widgets.evaluation.wording import run_line
from widgets.shared.collection_picker import current_collection
from widgets.shared.formatting import plain
from widgets.shared.undo import undo_line

_FORM = "measure-open"
_ALONE = ("encoders", "review", "runs")
"""Parts that need no run."""


def go(**parts: object) -> None:
    """Change parts of the address."""
    url.go(replace(EvaluationView.read(url.params()), **parts).write())


def toggle_form() -> None:
    st.session_state[_FORM] = not st.session_state.get(_FORM, False)


def close_form() -> None:
    """The new run will be the one in view."""
    st.session_state[_FORM] = False
    go(run=None, other=None, part="overview", category="", at=1)


def heading(collection, stored: Sequence, number: int | None) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.title("Evaluation", anchor=False, width="stretch")
        if stored:
            by_id = {one.id: one for one in stored}
            st.session_state["run-pick"] = number
            st.selectbox(
                "Run",
                [one.id for one in reversed(stored)],
                key="run-pick",
                format_func=lambda one: run_line(by_id[one]),
                label_visibility="collapsed",
                width=330,
                on_change=lambda: go(run=st.session_state["run-pick"], other=None, category="", at=1),
            )
        st.button(
            "Measure",
            key="measure",
            icon=":material/straighten:",
            on_click=toggle_form,
            disabled=evaluation_running(collection),
        )


def parts(view: EvaluationView) -> None:
    st.session_state["part"] = view.part
    st.segmented_control(
        "Part",
        list(PARTS),
        key="part",
        format_func=PARTS.__getitem__,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: go(part=st.session_state["part"], at=1),
    )


def body(collection, stored: Sequence, view: EvaluationView, number: int | None) -> None:
    if view.part == "encoders":
        encoders_tab(collection, stored, view.metric, lambda name: go(metric=name))
        return
    if view.part == "review":
        reviewing(collection, view.at, go)
        return
    if number is None:
        nothing_measured(collection, toggle_form)
        return
    if view.part == "runs":
        history(stored, number, go)
        return
    try:
        run = run_of(collection, number)
    except LookalikeError as error:
        st.error(plain(str(error), 600), icon=":material/error:")
        return
    if view.part == "overview":
        lead(collection, run)
        overview(run, view.metric, lambda name: go(metric=name))
    elif view.part == "queries":
        queries(collection, run, view, go)
    elif view.part == "compare":
        comparing(collection, stored, run, view, go)
    elif view.part == "rerankers":
        rerankers_tab(collection, stored, run, view.metric, lambda name: go(metric=name))
    else:
        speed(run)


enter()
collection = current_collection()
if collection is None or not collection.count():
    st.title("Evaluation", anchor=False)
    no_pictures()
    st.stop()
view = EvaluationView.read(url.params())
stored = summaries(collection)
known = {one.id for one in stored}
number = view.run if view.run in known else (stored[-1].id if stored else None)
heading(collection, stored, number)
if view.run is not None and view.run not in known:
    st.warning(f"There is no run {view.run} here; this is the latest.", icon=":material/help:")
if st.session_state.get(_FORM):
    measure_form(collection, close_form)
evaluation_panel(collection)
undo_line(collection)
if stored or view.part in _ALONE:
    parts(view)
    body(collection, stored, view, number)
else:
    nothing_measured(collection, toggle_form)
