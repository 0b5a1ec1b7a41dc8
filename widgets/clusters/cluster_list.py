"""All clusters as cards, and one of them with all its pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from widgets.clusters import data
from widgets.clusters.address import SORTS, ClustersView
from widgets.clusters.audit import share_line
from widgets.clusters.cluster_panel import about
from widgets.clusters.map.coloring import cluster_colour
from widgets.clusters.pictures import wall
from widgets.clusters.wording import label_shares, named, percent
from widgets.components.card_list import Card, CardAct, cards
from widgets.shared.formatting import count, plain
from widgets.shared.image_dialog import detail, open_detail
from widgets.shared.search_like import go_like

if TYPE_CHECKING:
    from core.clustering import Clustering, Coherence
    from core.collection import Collection

PAGE = 24
Go = Callable[..., None]


def listing(
    collection: Collection, found: Clustering, names: Mapping[int, str], view: ClustersView, go: Go
) -> None:
    """Draw the cards, or the chosen cluster with its pictures."""
    if view.cluster is not None and view.cluster < found.k:
        one(collection, found, names, view, go)
        return
    coherence = data.coherence(collection, found)
    order = ordered(found, names, coherence, view.sort)
    pages = max(1, -(-len(order) // PAGE))
    page = min(view.at, pages)
    st.session_state["clusters-sort"] = view.sort
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{count(found.k, 'cluster')}**", width="stretch")
        st.selectbox(
            "Sort by",
            list(SORTS),
            key="clusters-sort",
            format_func=SORTS.__getitem__,
            label_visibility="collapsed",
            width=220,
            on_change=lambda: go(sort=st.session_state["clusters-sort"], at=1),
        )
    shown = [
        cluster_card(collection, found, names, coherence, c) for c in order[(page - 1) * PAGE : page * PAGE]
    ]
    cards("cluster-cards", collection, shown, on_act=partial(_act, go), title="Clusters")
    if pages > 1:
        st.session_state["clusters-page"] = page
        with st.container(horizontal_alignment="center"):
            st.pagination(
                pages, key="clusters-page", on_change=lambda: go(at=st.session_state["clusters-page"])
            )
    detail(collection, [], go_like)


def ordered(found: Clustering, names: Mapping[int, str], coherence: Coherence | None, sort: str) -> list[int]:
    """The clusters in the order asked for; those without judgements come last by coherence."""
    order = [c for c, size in enumerate(found.sizes) if size]
    if sort == "name":
        return sorted(order, key=lambda c: named(names, c).casefold())
    if sort == "coherence" and coherence is not None:
        own = coherence.clusters
        return sorted(order, key=lambda c: (c not in own, -own[c].share if c in own else 0.0, c))
    return sorted(order, key=lambda c: (-int(found.sizes[c]), c))


def cluster_card(
    collection: Collection,
    found: Clustering,
    names: Mapping[int, str],
    coherence: Coherence | None,
    cluster: int,
) -> Card:
    """A cluster as a card: its name, size, labels, how coherent it is, and five pictures."""
    ids = found.members(cluster)
    shown = data.representatives(collection, found, cluster)
    typical = list(dict.fromkeys([shown.medoid, *shown.typical]))[:5]
    labels = label_shares(data.share_of_labels(collection, ids.tolist()))
    own = None if coherence is None else coherence.clusters.get(cluster)
    return Card(
        key=str(cluster),
        title=named(names, cluster),
        colour=cluster_colour(cluster),
        size=f"{count(len(ids))} · {percent(len(ids) / max(1, len(found.ids)))}",
        lines=tuple(line for line in (labels, "" if own else "Not walked through yet") if line),
        share=None if own is None else own.share,
        said="" if own is None else share_line(own),
        pictures=collection.get_many(typical),
        choose=True,
    )


def one(
    collection: Collection, found: Clustering, names: Mapping[int, str], view: ClustersView, go: Go
) -> None:
    """The chosen cluster: all its pictures, most typical first, and what is known of it."""
    assert view.cluster is not None  # noqa: S101 - asked for by the caller
    left, right = st.columns([2.6, 1], gap="medium")
    with right:
        about(collection, found, names, view.cluster, go)
    with left:
        ids = found.members(view.cluster).tolist()
        st.markdown(f"**{plain(named(names, view.cluster))}**: {count(len(ids))}, those most at home first")
        here = wall(
            "cluster-wall", collection, ids, view.at, lambda at: go(at=at), title="Pictures of the cluster"
        )
    detail(collection, here, go_like)


def _act(go: Go, act: CardAct) -> None:
    if act.kind == "open":
        open_detail(act.id)
    elif act.kind == "choose" and act.key.isdigit():
        go(cluster=int(act.key), at=1)
