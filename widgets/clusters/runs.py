"""The stored runs: compared with one another and with labels, renamed, deleted, and new ones made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.clustering import METHODS, delete_run, find_method, method_title, rename_run
from core.errors import LookalikeError
from widgets.clusters import data
from widgets.clusters.address import MOST_K, ClustersView
from widgets.clusters.jobs import AWAITED, Wanted, begin_map, begin_run, making
from widgets.clusters.wording import (
    FACTS_HELP,
    PREPARATIONS,
    compared_line,
    run_line,
)
from widgets.shared import undo
from widgets.shared.formatting import count, duration, one_line, plain

if TYPE_CHECKING:
    from core.clustering import Clustering, LabelAgreement, RunSummary
    from core.collection import Collection
    from widgets.clusters.data import Copies

_REFUSED = "clusters-run-refused"
Go = Callable[..., None]


def run_picker(runs: Sequence[RunSummary], shown: int | None, go: Go) -> None:
    """Choose the run in view."""
    by_id = {run.id: run for run in runs}
    st.session_state["clusters-run"] = shown
    st.selectbox(
        "Run in view",
        [run.id for run in reversed(runs)],
        key="clusters-run",
        format_func=lambda run: run_line(by_id[run]) if run in by_id else str(run),
        label_visibility="collapsed",
        placeholder="Clusters that are only tried",
        width=300,
        on_change=lambda: go(run=st.session_state["clusters-run"], k=None, cluster=None, other=None, at=1),
    )


def managing(
    collection: Collection, runs: Sequence[RunSummary], shown: Clustering | None, view: ClustersView, go: Go
) -> None:
    """Draw all there is to do with runs."""
    said = st.session_state.pop(_REFUSED, "")
    if said:
        st.error(plain(said, 300), icon=":material/error:")
    if runs:
        _table(collection, runs)
    if shown is not None and shown.id is not None:
        left, right = st.columns(2, gap="medium")
        with left:
            _compare(collection, runs, shown, view, go)
        with right:
            _edit(collection, shown, go)
    _new(collection)


def _table(collection: Collection, runs: Sequence[RunSummary]) -> None:
    st.markdown("**Every run, newest first**", help=FACTS_HELP)
    agreements = {run.id: _agreement(collection, run.id) for run in runs}
    rows = [run_row(run, agreements[run.id]) for run in reversed(runs)]
    labelled = any(one is not None for one in agreements.values())
    st.dataframe(
        rows,
        hide_index=True,
        column_order=None if labelled else [name for name in rows[0] if name not in {"Purity", "NMI", "ARI"}],
        column_config={
            name: st.column_config.NumberColumn(name, format="%.2f")
            for name in ("Silhouette", "Stability", "Purity", "NMI", "ARI")
        },
        alt="The stored runs with what was measured of each",
    )
    if labelled:
        st.caption("Purity, NMI and ARI say how far the clusters agree with your labels.")


def run_row(run: RunSummary, labelled: LabelAgreement | None) -> dict[str, Any]:
    """One line of the table."""
    return {
        "Run": one_line(run.name, 80),
        "Clusters": run.k,
        "Method": method_title(run.setup.method),
        "Vectors": PREPARATIONS.get(run.setup.preparation, run.setup.preparation),
        "Silhouette": run.measured.silhouette,
        "Stability": run.measured.stability,
        "Purity": None if labelled is None else labelled.purity,
        "NMI": None if labelled is None else labelled.nmi,
        "ARI": None if labelled is None else labelled.ari,
        "Pictures": run.setup.pictures,
        "Took": duration(run.measured.seconds),
        "Stored (UTC)": f"{run.at:%Y-%m-%d %H:%M}",
    }


def _agreement(collection: Collection, run: int) -> LabelAgreement | None:
    try:
        return data.with_labels(collection, data.clustering(collection, run))
    except LookalikeError:
        return None


def _compare(
    collection: Collection, runs: Sequence[RunSummary], shown: Clustering, view: ClustersView, go: Go
) -> None:
    with st.container(border=True, key="compare-runs"):
        st.markdown(f"**Compare “{plain(shown.name, 60)}” with another run**")
        others = {run.id: run for run in runs if run.id != shown.id}
        if not others:
            st.caption("There is no other run yet. Make one below, or keep another number of clusters.")
            return
        st.session_state["compare-with"] = view.other if view.other in others else None
        st.selectbox(
            "Other run",
            list(reversed(others)),
            index=None,
            key="compare-with",
            format_func=lambda run: run_line(others[run]),
            placeholder="Choose a run",
            label_visibility="collapsed",
            on_change=lambda: go(other=st.session_state["compare-with"]),
        )
        if view.other not in others:
            return
        from core.clustering import agreement

        other = data.clustering(collection, view.other)
        found = agreement(shown, other)
        st.markdown(compared_line(shown.name, other.name, found))
        if found.only_a or found.only_b:
            st.caption(
                f"{found.only_a:,} pictures are in the first alone, {found.only_b:,} in the second alone."
            )
        st.caption(
            "Adjusted Rand index: 1 where both say the same, about 0 where they agree by chance alone."
        )


def _edit(collection: Collection, shown: Clustering, go: Go) -> None:
    with st.container(border=True, key="edit-run"):
        st.markdown("**This run**")
        key = f"run-name-{shown.id}"
        st.session_state[key] = shown.name
        st.text_input(
            "Name of the run",
            key=key,
            max_chars=80,
            on_change=lambda: _rename(collection, shown, st.session_state[key]),
        )
        if st.button("Delete this run", key="delete-run", icon=":material/delete:"):
            _confirm(collection, shown, go)


def _rename(collection: Collection, shown: Clustering, name: str) -> None:
    from core.clustering import checked_name

    run, before = shown.id, shown.name
    assert run is not None  # noqa: S101 - only stored runs are edited
    if name.strip() == before:
        return
    try:
        rename_run(collection, run, checked_name(collection, name))
    except LookalikeError as error:
        st.session_state[_REFUSED] = str(error)
        return
    undo.remember(
        undo.Done(
            collection.name,
            f"The run “{one_line(before, 60)}” is called “{one_line(name, 60)}” now.",
            back=lambda: rename_run(collection, run, before),
        )
    )


@st.dialog("Delete this run?")
def _confirm(collection: Collection, shown: Clustering, go: Go) -> None:
    st.markdown(
        f"**{plain(shown.name, 80)}** goes for good, with the names given to its {count(shown.k, 'cluster')} "
        "and what was marked on walks through them. The pictures and the map stay."
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep it", key="delete-run-no"):
            st.rerun()
        if st.button(
            "Delete",
            key="delete-run-yes",
            type="primary",
            icon=":material/delete_forever:",
            on_click=_delete,
            args=(collection, shown, go),
        ):
            st.rerun()


def _delete(collection: Collection, shown: Clustering, go: Go) -> None:
    if shown.id is not None:
        delete_run(collection, shown.id)
    go(run=None, k=None, cluster=None, other=None, at=1)


def _new(collection: Collection) -> None:
    busy = making(collection)
    copies: Copies = data.counted(collection).groups
    with st.container(border=True, key="new-run"):
        st.markdown("**Make another run**")
        wanted = _wanted()
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(
                "Find clusters",
                key="new-run-yes",
                type="primary",
                icon=":material/bubble_chart:",
                disabled=busy,
            ) and begin_run(collection, wanted, copies):
                st.session_state[AWAITED] = True
                st.rerun()
            if st.button(
                "Draw the map anew",
                key="new-map",
                icon=":material/map:",
                disabled=busy,
                help="With all pictures that are here now; the places of all of them may change.",
            ) and begin_map(collection, copies):
                st.rerun()


def _wanted() -> Wanted:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        method = st.selectbox(
            "Method", [one.name for one in METHODS], key="new-method", format_func=method_title, width=170
        )
        chosen, k = find_method(method), None
        if not chosen.by_density:
            k = st.number_input(
                "Clusters (k)",
                min_value=1,
                max_value=MOST_K,
                value=None,
                key="new-k",
                placeholder="Propose it",
                width=150,
            )
        preparation = st.selectbox(
            "Vectors",
            list(PREPARATIONS),
            key="new-preparation",
            format_func=PREPARATIONS.__getitem__,
            width=190,
            help="Whitening evens out what all pictures share; UMAP first pulls neighbours together.",
        )
        seed = st.number_input("Seed", min_value=0, max_value=2**31 - 1, value=0, key="new-seed", width=110)
        name = st.text_input("Name", key="new-name", max_chars=80, placeholder="Chosen for you", width=220)
    st.caption(chosen.about)
    return Wanted(method, None if k is None else int(k), preparation, int(seed), name.strip() or None)


def unknown(view: ClustersView, known: Mapping[int, object]) -> bool:
    """Whether the address names a run that is not there."""
    return view.run is not None and view.run not in known
