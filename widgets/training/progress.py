"""A training run in the background: how far it is, its live curves, and how it ended."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from widgets.app_state.resources import jobs
from widgets.shared.formatting import duration
from widgets.shared.job_panel import done_line, ended_panel, running_panel
from widgets.shared.plotting import CONFIG
from widgets.training.charts import curves

if TYPE_CHECKING:
    from core.collection import Collection
    from core.jobs import Job
    from core.training import Curves, Trained


_AS_IT_WAS = "Search is as it was."


def training_key(collection: Collection) -> str:
    """Under which key training runs of this collection run: one at a time."""
    return f"train:{Path(collection.root)}"


def adapting_key(collection: Collection) -> str:
    """Under which key spaces of adapters are made and maps of them drawn: one at a time."""
    return f"adapt:{Path(collection.root)}"


def running(key: str) -> bool:
    """Whether a job of this key runs now."""
    job = jobs().get(key)
    return job is not None and job.running


@st.cache_resource(show_spinner=False)
def live_curves() -> dict[str, Curves]:
    """The curves of the last run by its key: they outlive a reload of the page."""
    return {}


def training_panel(collection: Collection) -> None:
    """Show the run that goes on with its curves, or how the last one ended until that is put away."""
    key = training_key(collection)
    job = jobs().get(key)
    if job is None:
        return
    if job.running:
        running_panel(key, "step", "Search goes on as it is; nothing is changed before you accept.")
        _live(key)
        return
    ended_panel(job, "training", _trained_line(job), _AS_IT_WAS)


def adapting_panel(collection: Collection) -> None:
    """Show what is made of an adapter, or how that ended until it is put away."""
    job = jobs().get(adapting_key(collection))
    if job is None:
        return
    if job.running:
        running_panel(job.key, "picture", "Search stays as it is; the next try goes on from there.")
        return
    ended_panel(job, "adapting", done_line(job), _AS_IT_WAS)


@st.fragment(run_every=1.0)
def _live(key: str) -> None:
    seen = live_curves().get(key)
    points = () if seen is None else seen.points
    if len(points) < 2:
        st.caption("Loss and held-out figure appear here with the first epoch.")
        return
    st.plotly_chart(curves([asdict(point) for point in points]), key="train-live", config=CONFIG)


def _trained_line(job: Job) -> str:
    trained: Trained = job.result
    said = (
        "All gates hold: it is offered." if trained.version.offered else "It is not offered; see why below."
    )
    return f"**Trained in {duration(job.elapsed_s)}.** {said} Nothing has changed yet."
