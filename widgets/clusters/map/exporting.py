"""The map and its clusters to take away: a page, a picture, a table. Each is made when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from widgets.clusters.map.coloring import dark
from widgets.clusters.map.points import map_points
from widgets.clusters.wording import quality_brief
from widgets.shared.downloads import safe_name
from widgets.shared.tiles import thumbnail

if TYPE_CHECKING:
    from core.clustering import Clustering
    from core.collection import Collection
    from core.projection import MapPoints, PictureMap


def export_menu(
    collection: Collection,
    drawn: PictureMap | None,
    found: Clustering | None,
    names: Mapping[int, str],
    colour: str,
) -> None:
    """A menu of what can be taken away; nothing is worked out before it is opened."""
    menu = st.popover(
        "Export",
        key="clusters-export",
        icon=":material/download:",
        disabled=drawn is None and found is None,
        on_change="rerun",
    )
    if not menu.open or (drawn is None and found is None):
        return
    with menu:
        st.download_button(
            "Table (CSV)",
            partial(table, collection, drawn, found, names),
            safe_name(f"{collection.name} clusters.csv"),
            "text/csv",
            key="export-csv",
            icon=":material/table:",
            on_click="ignore",
            help="Every picture with its place, its cluster and its label.",
        )
        if drawn is None:
            return
        points, _ = map_points(collection, drawn, found, names, colour)
        title, quality, by_night = (
            _title(collection, found),
            quality_brief(drawn),
            dark(),
        )
        st.download_button(
            "Page (HTML)",
            partial(page, collection, points, title, quality, by_night),
            safe_name(f"{collection.name} map.html"),
            "text/html",
            key="export-html",
            icon=":material/public:",
            on_click="ignore",
            help="The map as it is coloured now, in one file that needs no network.",
        )
        st.download_button(
            "Picture (PNG)",
            partial(picture, points, title, quality, by_night),
            safe_name(f"{collection.name} map.png"),
            "image/png",
            key="export-png",
            icon=":material/image:",
            on_click="ignore",
            help="For a slide or a report.",
        )


def _title(collection: Collection, found: Clustering | None) -> str:
    return f"{collection.name}: {found.k} clusters" if found is not None else f"{collection.name}: the map"


def table(
    collection: Collection, drawn: PictureMap | None, found: Clustering | None, names: Mapping[int, str]
) -> bytes:
    """Every picture outside the bin as a line of CSV, in a form that spreadsheets open as text."""
    from core.projection import MapRow, map_csv

    places = {} if drawn is None else dict(zip(drawn.ids.tolist(), drawn.xy.tolist(), strict=True))
    inside = {} if found is None else dict(zip(found.ids.tolist(), found.clusters.tolist(), strict=True))
    rows = []
    for one in collection.get_many(collection.ids()):
        x, y = places.get(one.id, (None, None))
        cluster = inside.get(one.id)
        called = "" if cluster is None else names.get(cluster, "")
        rows.append(MapRow(one.id, one.name, x, y, cluster, called, one.label))
    return map_csv(rows).encode("utf-8-sig", "replace")


def page(collection: Collection, points: MapPoints, title: str, quality: str, by_night: bool) -> bytes:
    """The map as one page that needs no network."""
    from core.projection import map_html

    names = {one.id: one.name.rsplit("/", 1)[-1] for one in collection.get_many(points.ids.tolist())}
    made = map_html(
        points,
        title=title,
        quality=quality,
        names=names,
        thumbnail=partial(thumbnail, collection),
        dark=by_night,
    )
    return made.encode("utf-8", "replace")


def picture(points: MapPoints, title: str, quality: str, by_night: bool) -> bytes:
    """The map as a PNG."""
    from core.projection import map_png

    return map_png(points, title=title, quality=quality, dark=by_night)
