"""A health check or repair that runs in the background, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from core.health import Check, check_drift, find_leaky_splits, repair_integrity, run_check
from core.health.checks import CHECKS
from widgets.app_state.resources import jobs
from widgets.shared.formatting import duration, listing, plain
from widgets.shared.job_panel import running_panel

if TYPE_CHECKING:
    from core.collection import Collection
    from core.evaluation import Split
    from core.health import Part
    from core.jobs import Monitor

NAMES: dict[Part, str] = {
    "integrity": "integrity",
    "quality": "quality",
    "drift": "drift",
    "splits": "splits",
    "slices": "weak slices",
    "promises": "promises",
}


@dataclass(frozen=True)
class Outcome:
    """What a job did: sentences of the repairs, and why a part could not be checked."""

    repaired: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def health_key(collection: Collection) -> str:
    """Under which key checks and repairs of this collection run: one at a time."""
    return f"health:{Path(collection.root)}"


def health_running(collection: Collection) -> bool:
    """Whether one runs now."""
    job = jobs().get(health_key(collection))
    return job is not None and job.running


def begin_check(collection: Collection, parts: Sequence[Part]) -> None:
    """Check these parts in the background."""

    def work(monitor: Monitor) -> Outcome:
        return Outcome(problems=_check(collection, parts, monitor))

    title = "Checking everything" if len(parts) > 1 else f"Checking {NAMES[parts[0]]}"
    _begin(collection, title, work)


def begin_split(collection: Collection, split: Split) -> None:
    """Look for leaks in a split of the user's own in the background."""
    _begin_chosen(collection, "splits", lambda one, monitor: find_leaky_splits(one, split, monitor))


def begin_drift(collection: Collection, reference: str, batch: str) -> None:
    """Compare a batch with a reference in the background, written as `core.health.drift.batches` says."""
    _begin_chosen(
        collection,
        "drift",
        lambda one, monitor: check_drift(one, reference=reference, batch=batch, monitor=monitor),
    )


def _begin_chosen(collection: Collection, part: Part, check: Check) -> None:
    """Check one part in the background with settings of the user's own."""

    def work(monitor: Monitor) -> Outcome:
        run_check(collection, part, monitor, check)
        return Outcome()

    _begin(collection, f"Checking {NAMES[part]}", work)


def begin_repair(collection: Collection, checks: Sequence[str]) -> None:
    """Run these repairs in the background, and check integrity again."""

    def work(monitor: Monitor) -> Outcome:
        done = repair_integrity(collection, checks, monitor)
        return Outcome(tuple(told for _, told in done), _check(collection, ["integrity"], monitor))

    _begin(collection, "Repairing", work)


def _check(collection: Collection, parts: Sequence[Part], monitor: Monitor) -> tuple[str, ...]:
    """Check one part after the other; why some could not be, in sentences."""
    problems = []
    for part in parts:
        monitor.check()
        try:
            run_check(collection, part, monitor.subtask())
        except LookalikeError as error:
            problems.append(f"{NAMES[part].capitalize()}: {error}")
    return tuple(problems)


def _begin(collection: Collection, title: str, work: Callable[[Monitor], Outcome]) -> None:
    try:
        jobs().start(health_key(collection), title, work)
    except LookalikeError as error:  # begun in another tab a moment ago
        st.toast(plain(str(error), 300))


def every_part() -> list[Part]:
    """The parts that can be checked."""
    return list(CHECKS)


def health_panel(collection: Collection) -> None:
    """Show the check that runs, or how the last one ended until it is put away."""
    key = health_key(collection)
    job = jobs().get(key)
    if job is None:
        return
    if job.running:
        running_panel(key, "step", "Parts that are already checked stay; so does everything repaired.")
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="health-job"):
        with st.container(width="stretch"):
            if job.state == "failed":
                st.error(plain(job.error, 600), icon=":material/error:")
            elif job.state == "cancelled":
                st.markdown(f":material/cancel: {plain(job.title)}: cancelled. What was done before stays.")
            else:
                st.markdown(
                    f":material/check_circle: **{plain(job.title)}: done in {duration(job.elapsed_s)}.**"
                )
                for told in job.result.repaired:
                    st.markdown(f":material/build: {plain(told, 500)}")
                for problem in job.result.problems:
                    st.caption(plain(problem, 500))
        st.button(
            "Close",
            key="health-close",
            icon=":material/close:",
            type="tertiary",
            on_click=jobs().forget,
            args=(key,),
        )


def check_button(collection: Collection, parts: Sequence[Part], key: str, *, again: bool) -> None:
    """A button that checks these parts."""
    label = "Check everything" if len(parts) > 1 else f"Check {listing([NAMES[part] for part in parts])}"
    if st.button(
        f"{label} again" if again else label,
        key=key,
        type="secondary" if again else "primary",
        icon=":material/health_and_safety:",
        disabled=health_running(collection),
    ):
        begin_check(collection, parts)
        st.rerun()
