"""An evaluation that runs, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from widgets.app_state.resources import jobs
from widgets.shared.job_panel import done_line, ended_panel, running_panel

if TYPE_CHECKING:
    from core.collection import Collection


def evaluation_key(collection: Collection) -> str:
    """Under which key evaluations of this collection run: one at a time."""
    return f"evaluate:{Path(collection.root)}"


def evaluation_running(collection: Collection) -> bool:
    """Whether one runs now."""
    job = jobs().get(evaluation_key(collection))
    return job is not None and job.running


def evaluation_panel(collection: Collection) -> None:
    """Show the evaluation that runs, or how the last one ended until it is put away."""
    key = evaluation_key(collection)
    job = jobs().get(key)
    if job is None:
        return
    if job.running:
        running_panel(key, "step", "Runs that are already stored stay.")
        return
    ended_panel(
        job,
        "evaluation",
        f"{done_line(job)} The figures are below, and stay among all runs.",
        "Nothing half measured was stored.",
    )
