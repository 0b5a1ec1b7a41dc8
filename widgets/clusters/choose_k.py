"""How many clusters: moved by hand and watched, or proposed by the app with its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from widgets.clusters import data, trials
from widgets.clusters.address import MOST_K, ClustersView
from widgets.clusters.charts import candidates
from widgets.clusters.jobs import AT_ONCE, AWAITED, Wanted, begin_keeping, begin_run, begin_trying, making
from widgets.shared.formatting import plain
from widgets.shared.plotting import CONFIG

if TYPE_CHECKING:
    from core.clustering import Clustering, Proposal
    from core.collection import Collection

_USUAL_MOST = 40

Go = Callable[..., None]


def most(found: Clustering) -> int:
    """Where the slider ends: at no more clusters than pictures that differ."""
    return max(2, min(MOST_K, found.setup.distinct, max(_USUAL_MOST, found.k)))


def k_box(collection: Collection, found: Clustering, view: ClustersView, go: Go) -> None:
    """Draw the slider, the proposal, and what to do with clusters that are only tried."""
    end = most(found)
    with st.container(border=True, key="k-box"):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            if end > 2:
                st.session_state["clusters-k"] = min(max(view.k or found.k, 2), end)
                st.slider(
                    "How many clusters (k)",
                    2,
                    end,
                    key="clusters-k",
                    width=420,
                    disabled=making(collection),
                    on_change=lambda: _moved(collection, found, go),
                )
            st.button(
                "Let the app propose it",
                key="clusters-propose-k",
                icon=":material/auto_awesome:",
                on_click=_propose,
                args=(collection, go),
                disabled=making(collection),
            )
            _why(collection, found)
        ready = trials.trial(collection) if found.id is None else None
        _reason(found, view, None if ready is None else ready.proposal)
        if found.id is None:
            _keep(collection, found, go)


def _moved(collection: Collection, found: Clustering, go: Go) -> None:
    k = int(st.session_state["clusters-k"])
    if len(found.ids) <= AT_ONCE:
        go(k=k, cluster=None, at=1)
    elif begin_run(collection, Wanted(k=k), data.counted(collection).groups):
        st.session_state[AWAITED] = True


def _propose(collection: Collection, go: Go) -> None:
    """Turn to the proposed number, which is computed first if necessary."""
    ready = trials.trial(collection)
    if ready is not None and ready.proposal is not None and collection.count() <= AT_ONCE:
        go(k=ready.proposal.k, cluster=None, at=1)
    elif begin_trying(collection, propose_too=True):
        st.session_state[AWAITED] = True


def _why(collection: Collection, found: Clustering) -> None:
    open_ = st.popover("Why so many?", key="clusters-why", icon=":material/help:", on_change="rerun")
    if not open_.open:
        return
    with open_:
        ready = trials.trial(collection)
        if ready is None or ready.proposal is None:
            st.markdown(
                "Numbers of clusters have not been compared on these pictures since the app was started."
            )
            if st.button(
                "Compare them", key="clusters-compare", icon=":material/science:", disabled=making(collection)
            ) and begin_trying(collection, propose_too=True):
                st.rerun()
            return
        st.markdown(plain(ready.proposal.reason, 400))
        if len(ready.proposal.candidates) > 1:
            st.plotly_chart(
                candidates(ready.proposal, found.k), key="clusters-candidates", width=460, config=CONFIG
            )


def _reason(found: Clustering, view: ClustersView, proposed: Proposal | None) -> None:
    if found.measured.reason:
        st.caption(f":material/lightbulb: {plain(found.measured.reason, 400)}")
    elif proposed is not None and found.id is None and found.k == proposed.k:
        st.caption(f":material/lightbulb: {plain(proposed.reason, 400)} Nothing is kept before you say so.")
    elif found.id is None:
        st.caption(f":material/tune: You moved k to {view.k}. Nothing is kept before you say so.")
    elif found.setup.k is not None:
        st.caption(f":material/tune: Somebody asked for {found.setup.k} clusters.")


def _keep(collection: Collection, found: Clustering, go: Go) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="keep-run"):
        name = st.text_input(
            "Keep these as", value=f"{found.k} clusters", key=f"keep-name-{found.k}", max_chars=80, width=300
        )
        if st.button(
            "Keep as a run",
            key="keep-run-yes",
            type="primary",
            icon=":material/save:",
            disabled=making(collection),
        ) and begin_keeping(collection, found, name):
            st.session_state[AWAITED] = True
            st.rerun()
        st.button(
            "Back to the run",
            key="keep-run-no",
            type="tertiary",
            on_click=go,
            kwargs={"k": None, "cluster": None, "at": 1},
        )
