"""A tuning that runs, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from widgets.app_state.resources import jobs
from widgets.shared.job_panel import done_line, ended_panel, running_panel

if TYPE_CHECKING:
    from core.collection import Collection
    from core.index_manager import Tuned


def tuning_key(collection: Collection) -> str:
    """Under which key tunings of this collection run: one at a time."""
    return f"tune:{Path(collection.root)}"


def tuning_running(collection: Collection) -> bool:
    """Whether one runs now."""
    job = jobs().get(tuning_key(collection))
    return job is not None and job.running


def tuning_panel(collection: Collection) -> None:
    """Show the tuning that runs, or how the last one ended until it is put away."""
    key = tuning_key(collection)
    job = jobs().get(key)
    if job is None:
        return
    if job.running:
        running_panel(key, "step", "Search goes on as it is; nothing is changed before you accept.")
        return
    ended_panel(
        job,
        "tuning",
        f"{done_line(job)} What was found is below; nothing changes before you accept it.",
        "Search is as it was.",
    )


def found_last(collection: Collection) -> Tuned | None:
    """What the last tuning found, until it is put away."""
    job = jobs().get(tuning_key(collection))
    return job.result if job is not None and job.state == "done" else None
