"""The whole collection at once: a map, named clusters, what belongs nowhere, events."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state import url
from widgets.app_state.entry import enter
from widgets.clusters import data, trials
from widgets.clusters.address import PARTS, ClustersView
from widgets.clusters.audit import walking
from widgets.clusters.cluster_list import listing
from widgets.clusters.count_once import counted_caption
from widgets.clusters.empty import no_pictures, no_run, nothing_made, one_picture
from widgets.clusters.events.panel import events_part
from widgets.clusters.jobs import AT_ONCE, begin_trying, gave_up, making, making_panel, take_made
from widgets.clusters.map.exporting import export_menu
from widgets.clusters.map.new_images import later_line
from widgets.clusters.map.panel import map_part
from widgets.clusters.outliers import outlying
from widgets.clusters.runs import managing, run_picker
from widgets.clusters.wording import FACTS_HELP, facts_line, found_line
from widgets.shared.collection_picker import current_collection
from widgets.shared.formatting import plain
from widgets.shared.search_like import take_request
from widgets.shared.undo import undo_line


def go(**parts: object) -> None:
    """Change parts of the address."""
    url.go(replace(ClustersView.read(url.params()), **parts).write())


def parts(view: ClustersView) -> None:
    st.session_state["clusters-part"] = view.part
    st.segmented_control(
        "Part",
        list(PARTS),
        key="clusters-part",
        format_func=PARTS.__getitem__,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: go(part=st.session_state["clusters-part"], cluster=None, at=1),
    )


def in_view(collection, view: ClustersView, runs):
    """The clusters to show: those that are tried, those of the run asked for, else the latest."""
    known = {run.id for run in runs}
    if view.run is not None and view.run not in known:
        st.warning(f"There is no run {view.run} here; this is the latest.", icon=":material/help:")
    ready = trials.trial(collection) if view.k is not None and collection.count() <= AT_ONCE else None
    if ready is not None and view.k is not None:
        with st.spinner(f"Finding {view.k} clusters…", show_time=False):
            return trials.tried(collection, ready, view.k)
    if not runs:
        return None
    return data.clustering(collection, view.run if view.run in known else runs[-1].id)


def get_ready(collection, view: ClustersView) -> None:
    """A number of clusters is tried: see to it, in the background, that it can be."""
    busy = making(collection) or gave_up(collection)
    if view.k is not None and collection.count() <= AT_ONCE and not busy and trials.trial(collection) is None:
        begin_trying(collection, propose_too=False)


def heading(collection, runs, found, drawn, names, view) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.title("Clusters", anchor=False, width="stretch")
        if runs:
            run_picker(runs, None if found is None else found.id, go)
        export_menu(collection, drawn, found, names, view.colour)


def summary(collection, found, counted):
    """Draw what there is, and return where `facts` goes."""
    line = st.container() if found is not None else None
    counted_caption(collection, counted)
    return line


def facts(line, collection, found) -> None:
    """How good the clusters are: last, for comparing with labels takes seconds the first time.

    What stood in that line stays until then.
    """
    if line is None:
        return
    said = facts_line(found, data.with_labels(collection, found))
    line.markdown(found_line(found) + (f" {said[0].upper()}{said[1:]}." if said else ""), help=FACTS_HELP)


def body(collection, view: ClustersView, runs, found, drawn, names, counted) -> None:
    if view.part == "outliers":
        outlying(collection, view, go)
    elif view.part == "events":
        events_part(collection, view, go)
    elif view.part == "runs":
        managing(collection, runs, found, view, go)
    elif view.part == "map":
        map_part(collection, drawn, found, names, view, counted, go)
    elif found is None:
        no_run(collection, counted)
    elif view.part == "clusters":
        listing(collection, found, names, view, go)
    else:
        walking(collection, found, names, go)


def screen(collection, view: ClustersView) -> None:
    runs, drawn, counted = data.runs(collection), data.picture_map(collection), data.counted(collection)
    try:
        found = in_view(collection, view, runs)
    except LookalikeError as error:
        st.error(plain(str(error), 600), icon=":material/error:")
        found = None
    names = {} if found is None else data.names(collection, found)
    heading(collection, runs, found, drawn, names, view)
    making_panel(collection)
    undo_line(collection)
    line = summary(collection, found, counted)
    later_line(collection, drawn, found)
    parts(view)
    if drawn is None and not runs and found is None and view.part not in {"outliers", "events"}:
        if making(collection):
            st.caption("The map stands here as soon as it is drawn; clusters and their names follow.")
        else:
            nothing_made(collection, counted)
        return
    body(collection, view, runs, found, drawn, names, counted)
    facts(line, collection, found)


enter()
take_request()
collection = current_collection()
if collection is None or collection.count() < 2:
    st.title("Clusters", anchor=False)
    if collection is None or not collection.count():
        no_pictures()
    else:
        one_picture()
    st.stop()
take_made(collection, go)
try:
    get_ready(collection, ClustersView.read(url.params()))
    screen(collection, ClustersView.read(url.params()))
except LookalikeError as error:
    st.error(plain(str(error), 600), icon=":material/error:")
