"""Drawing the map, finding clusters and naming them in the background: progress, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.errors import LookalikeError
from core.jobs import Monitor
from widgets.app_state.resources import jobs
from widgets.clusters import data, trials
from widgets.shared.formatting import duration, plain
from widgets.shared.job_panel import running_panel

if TYPE_CHECKING:
    from core.clustering import Clustering, Method, Preparation
    from core.collection import Collection
    from core.jobs import Job
    from widgets.clusters.data import Copies

AWAITED = "clusters-await"
"""Set in the session of who waits for a run that is being made."""
AT_ONCE = 20_000
"""Up to so many pictures, numbers of clusters are tried while one waits; of more, in the background."""
_PARTS = 100
MAP, RUN, NAMES = (0, 40), (40, 90), (90, _PARTS)
"""Which hundredths of the whole each stage is, about."""


@dataclass(frozen=True)
class Wanted:
    """A run to be made; `k` is None where the app is to propose it."""

    method: Method = "kmeans"
    k: int | None = None
    preparation: Preparation | None = None
    seed: int = 0
    name: str | None = None


@dataclass(frozen=True)
class Made:
    """What came of the work: the run that was made, or the number of clusters that is proposed, if either."""

    said: str
    run: int | None = None
    k: int | None = None


def stage(whole: Monitor, part: tuple[int, int]) -> Monitor:
    """The monitor of one stage of longer work: its progress fills that part of the whole."""
    begin, end = part
    whole.expect(_PARTS)
    whole.advance(max(0, begin - whole.snapshot().done))
    return whole.subtask(end - begin)


def making_key(collection: Collection) -> str:
    """Under which key maps and clusters of this collection are made: one at a time."""
    return f"clusters:{Path(collection.root)}"


def gave_up(collection: Collection) -> bool:
    """Whether the last job failed or was cancelled, and that was not dismissed."""
    job = jobs().get(making_key(collection))
    return job is not None and job.state in {"failed", "cancelled"}


def making(collection: Collection) -> bool:
    """Whether something is made now."""
    job = jobs().get(making_key(collection))
    return job is not None and job.running


def estimate(pictures: int) -> float:
    """Seconds that map, clusters and names of so many pictures take on two cores, about."""
    # Vectors are laid out before they are clustered as long as there are few enough of them.
    return 20 + min(pictures, AT_ONCE) * 0.01 + pictures * 0.0025


def begin_all(collection: Collection, copies: Copies) -> bool:
    """Draw the map if there is none, propose how many clusters there are, find and name them."""

    def work(monitor: Monitor) -> Made:
        from core.projection import load_map, make_map

        drawn = load_map(collection)
        if drawn is None:
            make_map(collection, copies=copies, monitor=stage(monitor, MAP))
        return _run(collection, Wanted(), copies, monitor)

    return _begin(collection, "Drawing the map and finding clusters", work)


def begin_map(collection: Collection, copies: Copies) -> bool:
    """Draw the map anew."""

    def work(monitor: Monitor) -> Made:
        from core.projection import make_map

        made = make_map(collection, copies=copies, monitor=stage(monitor, (0, _PARTS)))
        return Made(f"The map of {len(made.ids):,} pictures is drawn.")

    return _begin(collection, "Drawing the map", work)


def begin_run(collection: Collection, wanted: Wanted, copies: Copies) -> bool:
    """Find clusters as wanted, and name them."""
    return _begin(collection, "Finding clusters", lambda monitor: _run(collection, wanted, copies, monitor))


def begin_trying(collection: Collection, propose_too: bool) -> bool:
    """Make the vectors ready for trying numbers of clusters, and find out which number is to be proposed."""
    key, name, people = trials.trial_key(collection), collection.name, data.population(collection)
    before = trials.trial(collection)

    def work(monitor: Monitor) -> Made:
        from core.clustering import prepared, propose

        whole = 50 if propose_too else _PARTS
        ready = prepared(name, people, monitor=stage(monitor, (0, whole))) if before is None else before.ready
        trials.keep_trial(key, trials.Trial(ready))
        monitor.check()
        if not propose_too:
            return Made("Now every number of clusters can be tried at once.")
        found = propose(ready, stage(monitor, (whole, _PARTS)))
        trials.keep_trial(key, trials.Trial(ready, found))
        return Made(f"{found.k} clusters are proposed.", k=found.k)

    title = "Comparing numbers of clusters" if propose_too else "Getting ready to try numbers of clusters"
    return _begin(collection, title, work)


def begin_keeping(collection: Collection, found: Clustering, name: str) -> bool:
    """Keep clusters that were tried as a run of this name, and name them."""

    def work(monitor: Monitor) -> Made:
        from core.clustering.runs import store

        return _named(collection, store(collection, found, name), monitor)

    return _begin(collection, "Keeping the clusters", work)


def begin_placing(collection: Collection, run: int | None) -> bool:
    """Give pictures that came later a place on the map and in the clusters, without fitting either anew."""

    def work(monitor: Monitor) -> Made:
        from core.clustering import extend
        from core.clustering.runs import load
        from core.projection import load_map, place_new

        drawn = load_map(collection)
        if drawn is not None:
            place_new(collection, drawn, monitor=stage(monitor, (0, 60)))
        if run is not None:
            monitor.check()
            extend(collection, load(collection, run), monitor=stage(monitor, (60, _PARTS)))
        return Made("The new pictures have their places. The others stay where they were.", run)

    return _begin(collection, "Placing new pictures", work)


def _run(collection: Collection, wanted: Wanted, copies: Copies, monitor: Monitor) -> Made:
    from core.clustering import cluster

    monitor.check()
    made = cluster(
        collection,
        method=wanted.method,
        k=wanted.k,
        preparation=wanted.preparation,
        seed=wanted.seed,
        name=wanted.name,
        copies=copies,
        monitor=stage(monitor, RUN),
    )
    return _named(collection, made, monitor)


def _named(collection: Collection, made: Clustering, monitor: Monitor) -> Made:
    from core.clustering import propose_names

    monitor.check()
    monitor.say("Naming the clusters")
    propose_names(collection, made, monitor=stage(monitor, NAMES))
    return Made(f"“{made.name}” is found and named.", made.id)


def _begin(collection: Collection, title: str, work: Callable[[Monitor], Any]) -> bool:
    try:
        jobs().start(making_key(collection), title, work)
    except LookalikeError as error:
        st.error(plain(str(error), 600), icon=":material/error:")
        return False
    return True


def making_panel(collection: Collection) -> Made | None:
    """Show how far the work is, or how the last one ended until that is put away; returns what it made."""
    key = making_key(collection)
    job = jobs().get(key)
    if job is None:
        return None
    if job.running:
        running_panel(key, "step", "What is finished stays.")
        return None
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="making-job"):
        if job.state == "failed":
            st.error(plain(job.error, 600), icon=":material/error:", width="stretch")
        elif job.state == "cancelled":
            st.markdown(
                f":material/cancel: {plain(job.title)}: cancelled. What was finished by then stays.",
                width="stretch",
            )
        else:
            st.markdown(f":material/check_circle: **{outcome(job)}**", width="stretch")
        st.button(
            "Close",
            key="making-close",
            icon=":material/close:",
            type="tertiary",
            on_click=jobs().forget,
            args=(key,),
        )
    return job.result if job.state == "done" else None


def outcome(job: Job) -> str:
    """What came of it, in one line; Markdown."""
    return f"{plain(job.result.said, 400)} It took {duration(job.elapsed_s)}."


def take_made(collection: Collection, go: Callable[..., None]) -> None:
    """Turn to the run that this viewer was waiting for, once it is made."""
    job = jobs().get(making_key(collection))
    if job is None or job.running or not st.session_state.pop(AWAITED, False):
        return
    if job.state == "done" and job.result.run is not None:
        go(run=job.result.run, k=None, cluster=None, at=1)
    elif job.state == "done" and job.result.k is not None and collection.count() <= AT_ONCE:
        go(k=job.result.k, cluster=None, at=1)
