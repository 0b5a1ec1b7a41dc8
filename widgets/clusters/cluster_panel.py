"""The side panel: the list of clusters, or all that is known of the chosen one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.errors import LookalikeError
from widgets.clusters import data
from widgets.clusters.charts import label_bars
from widgets.clusters.map.coloring import cluster_colour
from widgets.clusters.naming import call, refused
from widgets.clusters.wording import SOURCES, named, percent
from widgets.components.card_list import Card, CardAct, cards
from widgets.shared.formatting import count, plain
from widgets.shared.image_dialog import open_detail
from widgets.shared.plotting import CONFIG

if TYPE_CHECKING:
    from core.clustering import Clustering, NameProposal
    from core.collection import Collection

Go = Callable[..., None]
_STRIP = 10


def side_panel(
    collection: Collection, found: Clustering, names: Mapping[int, str], cluster: int | None, go: Go
) -> None:
    """Draw the panel of the chosen cluster, or the list to choose from."""
    if cluster is None or cluster >= found.k:
        legend(collection, found, names, go)
        return
    about(collection, found, names, cluster, go)


def legend(collection: Collection, found: Clustering, names: Mapping[int, str], go: Go) -> None:
    """Every cluster with its colour and size; a click chooses one."""
    st.markdown("**Clusters**, largest first", help="Choose one to see more of it.")
    sizes = found.sizes
    pictures = {p.id: p for p in collection.get_many([i for c in range(found.k) for i in some_of(found, c)])}
    listed = [
        Card(
            key=str(c),
            title=named(names, c),
            colour=cluster_colour(c),
            size=f"{int(sizes[c]):,}",
            pictures=[pictures[i] for i in some_of(found, c) if i in pictures],
            choose=True,
        )
        for c in range(found.k)
    ]
    nowhere = int((found.clusters < 0).sum())
    if nowhere:
        listed.append(Card("-", "Belongs nowhere", cluster_colour(-1), f"{nowhere:,}"))
    cards(
        "clusters-legend",
        collection,
        listed,
        on_act=partial(_choose, go),
        layout="list",
        title="Clusters to choose from",
    )


def some_of(found: Clustering, cluster: int, n: int = 5) -> list[int]:
    """A few pictures of a cluster that are typical of it, and not all of one kind; fast to compute."""
    ids = found.members(cluster)
    near = ids[: max(n, len(ids) // 2)]
    return near[np.unique(np.linspace(0, len(near) - 1, min(n, len(near))).astype(np.intp))].tolist()


def _choose(go: Go, act: CardAct) -> None:
    if act.kind == "open":
        open_detail(act.id)
    elif act.kind == "choose" and act.key.isdigit():
        go(cluster=int(act.key), at=1)


def about(collection: Collection, found: Clustering, names: Mapping[int, str], cluster: int, go: Go) -> None:
    """What is known of one cluster: name, size, labels, pictures that stand for it, coherence."""
    shown = named(names, cluster)
    ids = found.members(cluster)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(f"{count(len(ids))} · {percent(len(ids) / max(1, len(found.ids)))}", color="gray")
        st.space("stretch")
        st.button(
            "All clusters",
            key="cluster-close",
            icon=":material/arrow_back:",
            type="tertiary",
            on_click=go,
            kwargs={"cluster": None, "at": 1},
        )
    _name(collection, found, cluster, shown)
    _proposed(collection, found, cluster, shown)
    shares = data.share_of_labels(collection, ids.tolist())
    if any(label is not None for label, _ in shares):
        st.plotly_chart(label_bars(shares, cluster), key="cluster-labels", config=CONFIG)
    _pictures(collection, found, cluster)
    _coherence(collection, found, cluster, go)


def _name(collection: Collection, found: Clustering, cluster: int, shown: str) -> None:
    said = refused()
    key = f"cluster-name-{found.id}-{cluster}"
    st.session_state[key] = shown
    st.text_input(
        "Name",
        key=key,
        max_chars=80,
        disabled=found.id is None,
        icon=":material/edit:",
        help="Empty it to have the proposed name again."
        if found.id is not None
        else "Keep these clusters first; then their names can be changed.",
        on_change=lambda: call(collection, found, cluster, st.session_state[key] or None, shown),
    )
    if said:
        st.error(plain(said, 300), icon=":material/error:")


def _proposed(collection: Collection, found: Clustering, cluster: int, shown: str) -> None:
    offered: dict[str, NameProposal] = {}
    for one in data.proposals(collection, found).get(cluster, ()):
        offered.setdefault(one.name, one)  # labels and the encoder's words may say the same
    if not offered:
        return
    st.caption("Proposed names, best first, and where they come from")
    with st.container(horizontal=True, gap="xsmall"):
        for at, one in enumerate(list(offered.values())[:5]):
            st.button(
                plain(one.name, 40),
                key=f"proposed-{cluster}-{at}",
                help=f"{SOURCES.get(one.source, one.source)}, score {one.score:.2f}",
                icon=":material/check:" if one.name == shown else None,
                on_click=call,
                args=(collection, found, cluster, one.name, shown),
            )
    sources = dict.fromkeys(SOURCES.get(one.source, one.source) for one in list(offered.values())[:5])
    st.caption(", ".join(sources).capitalize() + ".")


def _pictures(collection: Collection, found: Clustering, cluster: int) -> None:
    try:
        shown = data.representatives(collection, found, cluster)
    except LookalikeError as error:
        st.error(plain(str(error), 400), icon=":material/error:")
        return
    typical = list(dict.fromkeys([shown.medoid, *shown.typical]))[:_STRIP]
    border = [i for i in shown.boundary if i not in typical][:5]
    listed = [Card("typical", "Typical", pictures=collection.get_many(typical))]
    if border:
        listed.append(Card("border", "At the border to others", pictures=collection.get_many(border)))
    cards("cluster-typical", collection, listed, on_act=_open, title="Pictures that stand for the cluster")


def _open(act: CardAct) -> None:
    if act.kind == "open":
        open_detail(act.id)


def _coherence(collection: Collection, found: Clustering, cluster: int, go: Go) -> None:
    from widgets.clusters.audit import share_line

    whole = data.coherence(collection, found)
    own = None if whole is None else whole.clusters.get(cluster)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if own is None:
            st.caption("Nobody has walked through this cluster yet.", width="content")
        else:
            st.caption(f":material/verified: {share_line(own)}", width="content")
        st.button(
            "Walk",
            key="cluster-walk",
            icon=":material/directions_walk:",
            type="tertiary",
            on_click=go,
            kwargs={"part": "walk", "cluster": None},
        )
