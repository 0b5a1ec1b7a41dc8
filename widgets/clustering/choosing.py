"""How many clusters: moved by hand and watched, or proposed by the app with its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from widgets.clustering import stored
from widgets.clustering.address import MOST_K, ClustersView
from widgets.clustering.charts import candidates
from widgets.clustering.making import AWAITED, Wanted, begin_keeping, begin_run, making
from widgets.wording import plain

if TYPE_CHECKING:
    from core.clustering.types import Clustering
    from core.collection.collection import Collection

AT_ONCE = 15_000
"""Up to so many pictures, clusters are found while the viewer waits; beyond, in the background."""
_USUAL_MOST = 40
_PROPOSE = "clusters-propose"

Go = Callable[..., None]


def most(found: Clustering) -> int:
    """Where the slider ends: at no more clusters than pictures that differ."""
    return max(2, min(MOST_K, found.setup.distinct, max(_USUAL_MOST, found.k)))


def k_box(collection: Collection, found: Clustering, view: ClustersView, go: Go) -> None:
    """Draw the slider, the proposal, and what to do with clusters that are only tried."""
    if st.session_state.pop(_PROPOSE, False):
        _take_proposal(collection, go)
    end = most(found)
    with st.container(border=True, key="k-box"):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            if end > 2:
                st.session_state["clusters-k"] = min(max(found.k, 2), end)
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
                on_click=lambda: st.session_state.update({_PROPOSE: True}),
                disabled=making(collection),
            )
            _why(collection, found)
        _reason(found, view)
        if found.id is None:
            _keep(collection, found, go)


def _moved(collection: Collection, found: Clustering, go: Go) -> None:
    k = int(st.session_state["clusters-k"])
    if len(found.ids) <= AT_ONCE:
        go(k=k, cluster=None, at=1)
    else:
        begin_run(collection, Wanted(k=k), stored.counted(collection).groups)
        st.session_state[AWAITED] = True


def _take_proposal(collection: Collection, go: Go) -> None:
    try:
        proposed = stored.proposal(collection)
    except LookalikeError as error:
        st.error(plain(str(error), 400), icon=":material/error:")
        return
    go(k=proposed.k, cluster=None, at=1)
    st.rerun()


def _why(collection: Collection, found: Clustering) -> None:
    open_ = st.popover("Why so many?", key="clusters-why", icon=":material/help:", on_change="rerun")
    if not open_.open:
        return
    with open_:
        try:
            proposed = stored.proposal(collection)
        except LookalikeError as error:
            st.error(plain(str(error), 400), icon=":material/error:")
            return
        st.markdown(plain(proposed.reason, 400))
        if len(proposed.candidates) > 1:
            st.altair_chart(candidates(proposed, found.k), key="clusters-candidates", width=460)


def _reason(found: Clustering, view: ClustersView) -> None:
    if found.measured.reason:
        st.caption(f":material/lightbulb: {plain(found.measured.reason, 400)}")
    elif view.k is not None:
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
