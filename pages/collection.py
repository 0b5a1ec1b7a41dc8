"""The pictures of a collection: browse, add, label, remove, download."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from widgets.app_state import url
from widgets.app_state.address import PAGE_SIZE, Browse
from widgets.app_state.entry import enter
from widgets.app_state.resources import addition_key
from widgets.collection.header import heading
from widgets.collection.lost import show_lost
from widgets.collection.trash import show_bin
from widgets.collection.welcome import empty_collection, welcome
from widgets.components.image_grid import Act, gallery
from widgets.duplicates.already_here import door_panel
from widgets.duplicates.already_here import take_request as take_pair
from widgets.home.tour import tour
from widgets.shared import undo
from widgets.shared.collection_picker import current_collection
from widgets.shared.filters import filter_bar
from widgets.shared.formatting import count
from widgets.shared.image_dialog import detail, open_detail
from widgets.shared.job_panel import job_panel
from widgets.shared.search_like import go_like, take_request
from widgets.shared.selection_bar import selection_bar
from widgets.shared.tiles import picture_tiles
from widgets.shared.undo import undo_line

GALLERY = "pictures"
ORDERS = {"added": "Date added", "name": "Name", "label": "Label", "taken": "Date taken"}


def change(view: Browse, **parts: object) -> None:
    url.go(replace(view, page=1, **parts).write())


def turn_to(view: Browse) -> None:
    url.go(replace(view, page=st.session_state["page-number"]).write())


def act(collection, event: Act) -> None:
    if event.kind == "open":
        open_detail(event.id)
    elif event.kind == "favourite":
        undo.favourite(collection, [event.id])
    else:
        go_like([event.id])


def toolbar(view: Browse, found: int, all_pictures: int) -> None:
    st.session_state["sort"] = view.order
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        said = count(found) if view.where.empty else f"{found:,} of {count(all_pictures)}"
        st.markdown(f"**{said}**", width="stretch")
        if not view.where.empty:
            st.button("Clear filters", key="clear-filters", type="tertiary", on_click=url.go, args=({},))
        st.selectbox(
            "Sort by",
            list(ORDERS),
            key="sort",
            format_func=ORDERS.__getitem__,
            label_visibility="collapsed",
            width=170,
            on_change=lambda: change(view, order=st.session_state["sort"]),
        )
        st.button(
            "Newest first"
            if view.descending and view.order in {"added", "taken"}
            else "Descending"
            if view.descending
            else "Ascending",
            key="direction",
            icon=":material/arrow_downward:" if view.descending else ":material/arrow_upward:",
            help="Turn the order around",
            on_click=lambda: change(view, descending=not view.descending),
        )


def browse(collection, view: Browse) -> None:
    everything = collection.count()
    found = everything if view.where.empty else collection.count(view.where)
    filter_bar("browse", collection, view.where, lambda where: change(view, where=where))
    toolbar(view, found, everything)
    if not found:
        st.info(
            "No picture with a star passes this filter. To give one a star, point at it and press ★ or F."
            if view.where.favourites
            else "No picture passes this filter. Take a part of it away to see more.",
            icon=":material/filter_alt_off:",
        )
        return
    pictures = collection.page(view.offset(found), PAGE_SIZE, view.where, view.order, view.descending)
    selected = gallery(
        GALLERY,
        picture_tiles(collection, pictures),
        on_act=partial(act, collection),
        actions=("like", "favourite"),
        title=f"Pictures of {collection.name}",
        place=str(min(view.page, view.pages(found))),
    )
    if view.pages(found) > 1:
        st.session_state["page-number"] = min(view.page, view.pages(found))
        with st.container(horizontal_alignment="center"):
            st.pagination(view.pages(found), key="page-number", on_change=partial(turn_to, view))
    selection_bar(GALLERY, collection, selected, go_like)
    detail(collection, [picture.id for picture in pictures], go_like)


enter()
take_request()
take_pair()
collection = current_collection()
if collection is None:
    welcome()
    st.stop()
view = Browse.read(url.params())
heading(collection, view)
running = job_panel(addition_key(collection))
door_panel(collection)
undo_line(collection)
if view.bin:
    show_bin(collection)
elif view.lost:
    show_lost(collection)
elif collection.count():
    browse(collection, view)
elif not running:
    empty_collection(collection)
if running:
    tour()
