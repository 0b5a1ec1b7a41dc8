"""The map: its colours, how far it can be trusted, the chosen cluster beside it, the selection below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from widgets.clusters.address import COLOURS, ClustersView
from widgets.clusters.choose_k import k_box
from widgets.clusters.cluster_panel import side_panel
from widgets.clusters.empty import no_map, no_run
from widgets.clusters.map.points import map_points
from widgets.clusters.pictures import acted_on_all, wall
from widgets.clusters.wording import QUALITY_HELP, named, quality_line
from widgets.components.scatter_map import clear_map_selection, picture_map_view
from widgets.shared.formatting import count, plain
from widgets.shared.image_dialog import detail, open_detail
from widgets.shared.search_like import go_like
from widgets.shared.tiles import thumbnail

if TYPE_CHECKING:
    from core.clustering import Clustering
    from core.collection import Collection
    from core.projection import PictureMap
    from widgets.clusters.data import Counted

MAP, SELECTED = "clusters-map", "map-selection"
_PAGE = "clusters-selection-page"
Go = Callable[..., None]


def map_part(
    collection: Collection,
    drawn: PictureMap | None,
    found: Clustering | None,
    names: Mapping[int, str],
    view: ClustersView,
    counted: Counted,
    go: Go,
) -> None:
    """Draw the map with all that belongs to it."""
    if found is not None:
        k_box(collection, found, view, go)
    else:
        no_run(collection, counted)
    if drawn is None:
        no_map(collection, counted)
        return
    left, right = st.columns([2.7, 1], gap="medium")
    with left:
        selected = _map(collection, drawn, found, names, view, go)
    with right, st.container(key="side-panel"):
        if found is not None:
            side_panel(collection, found, names, view.cluster, go)
    _below(collection, found, names, view, selected, go)


def _map(
    collection: Collection,
    drawn: PictureMap,
    found: Clustering | None,
    names: Mapping[int, str],
    view: ClustersView,
    go: Go,
) -> tuple[int, ...]:
    st.session_state["clusters-colour"] = view.colour
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.selectbox(
            "Colour by",
            list(COLOURS),
            key="clusters-colour",
            format_func=lambda word: f"Colour by: {COLOURS[word].lower()}",
            label_visibility="collapsed",
            width=260,
            on_change=lambda: go(colour=st.session_state["clusters-colour"]),
        )
    points, missing = map_points(collection, drawn, found, names, view.colour)
    if missing:
        st.caption(f":material/info: {missing}")
    by_cluster = view.colour == "cluster"
    if acted_on_all(SELECTED):
        clear_map_selection(MAP)
    selected = picture_map_view(
        MAP,
        points,
        on_open=open_detail,
        thumbnails=lambda wanted: {i: thumbnail(collection, i) for i in wanted},
        chosen=view.cluster if by_cluster else None,
        about=lambda wanted: about_pictures(collection, found, names, wanted),
        on_choose=(lambda cluster: go(cluster=cluster, at=1)) if by_cluster else None,
    )
    st.caption(quality_line(drawn), help=QUALITY_HELP)
    return selected


def about_pictures(
    collection: Collection, found: Clustering | None, names: Mapping[int, str], wanted: Sequence[int]
) -> dict[int, list[str]]:
    """Lines of text on pictures for the card under the pointer: name, label, cluster."""
    told = {}
    for picture in collection.get_many(list(wanted)):
        lines = [picture.name.rsplit("/", 1)[-1]]
        if picture.label:
            lines.append(f"Label: {picture.label}")
        if found is not None:
            place = int(np.searchsorted(found.ids, picture.id))
            if place < len(found.ids) and found.ids[place] == picture.id:
                lines.append(f"Cluster: {named(names, int(found.clusters[place]))}")
        told[picture.id] = lines
    return told


def _below(
    collection: Collection,
    found: Clustering | None,
    names: Mapping[int, str],
    view: ClustersView,
    selected: Sequence[int],
    go: Go,
) -> None:
    here: list[int] = []
    if selected:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{count(len(selected))} selected on the map**", width="stretch")
            st.button(
                "Clear the selection",
                key="map-clear",
                icon=":material/close:",
                type="tertiary",
                on_click=clear_map_selection,
                args=(MAP,),
            )
        here = wall(
            SELECTED,
            collection,
            list(selected),
            int(st.session_state.get(_PAGE, 1)),
            lambda at: st.session_state.update({_PAGE: at}),
            all_of_them=True,
            title="Pictures selected on the map",
        )
    elif found is not None and view.cluster is not None and view.cluster < found.k:
        ids = found.members(view.cluster).tolist()
        st.markdown(f"**{plain(named(names, view.cluster))}**: {count(len(ids))}, those most at home first")
        here = wall(
            "cluster-wall", collection, ids, view.at, lambda at: go(at=at), title="Pictures of the cluster"
        )
    else:
        st.caption(
            ":material/lasso_select: Nothing is selected. Draw round some dots with lasso or box to see "
            "them here, label them, remove them or search for pictures like them; a click opens one."
        )
    detail(collection, here, go_like)
