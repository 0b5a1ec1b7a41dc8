"""The common mistakes, each with its cure, on the collection's own pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from core.drills import last_shown, show_mistake
from core.drills.mistakes.catalogue import MISTAKES
from core.errors import LookalikeError
from widgets.app_state.resources import jobs
from widgets.home.wording import ago
from widgets.learn.charts import mistake_chart
from widgets.shared.formatting import plain
from widgets.shared.job_panel import running_panel
from widgets.shared.plotting import CONFIG

if TYPE_CHECKING:
    from core.collection import Collection
    from core.drills import Mistake, Shown
    from core.jobs import Monitor
    from widgets.learn.address import LearnView


def learning_key(collection: Collection) -> str:
    """Under which key a mistake is shown in the background: one at a time."""
    return f"learn:{collection.root}"


def mistakes(collection: Collection, view: LearnView, go: Callable[..., None]) -> None:
    """Draw the choice of mistakes, and the one in view."""
    titles = {one.key: one.title for one in MISTAKES}
    st.session_state["learn-mistake"] = view.mistake
    st.pills(
        "Mistake",
        list(titles),
        key="learn-mistake",
        format_func=titles.__getitem__,
        label_visibility="collapsed",
        on_change=lambda: go(mistake=st.session_state["learn-mistake"] or view.mistake),
    )
    chosen = next(one for one in MISTAKES if one.key == view.mistake)
    with st.container(border=True, key=f"mistake-{chosen.key}"):
        _mistake(collection, chosen)


def _mistake(collection: Collection, mistake: Mistake) -> None:
    st.subheader(mistake.title, anchor=False)
    left, right = st.columns(2, gap="medium")
    left.markdown(f":red[:material/close:] **The mistake.** {plain(mistake.wrong, 500)}")
    right.markdown(f":green[:material/check:] **The cure.** {plain(mistake.cure, 500)}")
    job = jobs().get(learning_key(collection))
    if job is not None and job.running:
        running_panel(job.key, "picture", "Nothing is changed.")
        return
    if job is not None and job.error and job.title == _title(mistake):
        st.error(plain(job.error, 500), icon=":material/error:")
    last = last_shown(collection, mistake.key)
    if last is not None:
        shown, at = last
        _shown(mistake, shown)
        st.caption(f"Shown on this collection {ago(at)}.")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Show it again" if last else "Show it on my pictures",
            key=f"show-{mistake.key}",
            type="secondary" if last else "primary",
            icon=":material/play_arrow:",
            on_click=_start,
            args=(collection, mistake),
        )
        parts = {"collection": collection.name} | ({"part": mistake.part} if mistake.part else {})
        st.page_link(
            f"pages/{mistake.screen}.py",
            label=mistake.button,
            icon=":material/arrow_forward:",
            query_params=parts,
        )


def _shown(mistake: Mistake, shown: Shown) -> None:
    wrong, right, _ = st.columns([1, 1, 2])
    measure = shown.measure[:1].upper() + shown.measure[1:]
    wrong.metric(f"{measure}, with the mistake", f"{shown.wrong:.3f}")
    right.metric(f"{measure}, without it", f"{shown.right:.3f}")
    st.markdown(plain(shown.found, 900))
    st.plotly_chart(
        mistake_chart(shown, f"{mistake.title}: {shown.y_title}"),
        key=f"mistake-chart-{mistake.key}",
        config=CONFIG,
        alt=f"{mistake.title}: {shown.y_title} by {shown.x_title}",
    )


def _start(collection: Collection, mistake: Mistake) -> None:
    def work(monitor: Monitor) -> Shown:
        return show_mistake(collection, mistake.key, monitor)

    try:
        jobs().start(learning_key(collection), _title(mistake), work)
    except LookalikeError as error:
        st.error(plain(str(error), 500), icon=":material/error:")


def _title(mistake: Mistake) -> str:
    return f"Showing: {mistake.title}"
