"""Find pictures by words, by a picture or a part of one, and by examples to be like and unlike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state import url
from widgets.app_state.address import SIZES, SearchRequest
from widgets.app_state.entry import enter
from widgets.app_state.resources import addition_key, has_words
from widgets.components.chips import tray
from widgets.components.drop_zone import DroppedPicture, picture_drop
from widgets.components.image_grid import Act, clear_selection, data_uri, gallery
from widgets.components.region_picker import region_picker
from widgets.search.autotune_status import pace_line
from widgets.search.query_image import OwnPicture, crop_own, keep_own, own_picture
from widgets.search.rerank_panel import again_control, changed_line, in_address, show_match, with_default
from widgets.search.searching import (
    answer,
    assortment,
    examples,
    found_line,
    pieces,
    read_as_line,
    timing_line,
    until_calibrated,
    warm_up,
)
from widgets.search.tile_search import tile_control, tile_results
from widgets.shared import undo
from widgets.shared.add_images import start_files
from widgets.shared.collection_picker import current_collection
from widgets.shared.empty import link_to_add
from widgets.shared.filters import filter_bar, parts_in_use
from widgets.shared.formatting import one_line, plain
from widgets.shared.image_dialog import detail, open_detail
from widgets.shared.job_panel import job_panel
from widgets.shared.selection_bar import selection_bar
from widgets.shared.tiles import hit_tiles, picture_tiles, preview, thumbnail
from widgets.shared.undo import undo_line

GALLERY = "hits"


def ask(request: SearchRequest) -> None:
    clear_selection(GALLERY)
    url.go(request.write())


def take_picture(collection, picture: DroppedPicture) -> None:
    """A new picture begins a new search."""
    request = SearchRequest.read(url.params())
    keep_own(OwnPicture(collection.name, picture))
    ask(SearchRequest(where=request.where, size=request.size, again=request.again))


def start_over() -> None:
    keep_own(None)
    ask(SearchRequest())


def act(collection, event: Act) -> None:
    if event.kind == "open":
        open_detail(event.id)
    elif event.kind == "favourite":
        undo.favourite(collection, [event.id])
    else:
        ask(SearchRequest.read(url.params()).with_example(event.kind, event.id))


def add_likes(ids: Sequence[int]) -> None:
    request = SearchRequest.read(url.params())
    for picture in ids:
        request = request.with_example("like", picture)
    ask(request)


def take_away(piece: str) -> None:
    kind, _, picture = piece.partition(":")
    if kind == "own":
        keep_own(None)
        clear_selection(GALLERY)
    elif picture.isdigit():
        ask(SearchRequest.read(url.params()).without_example(kind, int(picture)))


def search_box(collection, request: SearchRequest) -> None:
    words = has_words(collection.encoder_name)
    st.session_state["search-text"] = request.text
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    row.text_input(
        "Search",
        key="search-text",
        type="search",
        icon=":material/search:",
        placeholder="Describe what you are looking for, such as “a red dress”"
        if words
        else "This collection is searched with pictures: its encoder has no words",
        label_visibility="collapsed",
        disabled=not words and not request.text,
        max_chars=500,
        on_change=lambda: ask(replace(request, text=st.session_state["search-text"].strip())),
    )
    with row:
        picture_drop(
            "search-drop",
            on_picture=lambda dropped: take_picture(collection, dropped),
            text="Search by picture",
            hint="Choose a picture, drop one anywhere on this page, or paste one with Ctrl+V",
        )


def own_line(collection, own: OwnPicture) -> None:
    """Where the viewer's picture is, and how to keep it."""
    running = job_panel(addition_key(collection))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(
            "Your picture is held only while this page is open and is not part of its address.",
            width="content",
        )
        if st.button(
            "Add it to the collection",
            key="keep-own",
            type="tertiary",
            icon=":material/add_photo_alternate:",
            disabled=running,
        ) and start_files(collection, [(own.picture.name, own.picture.content)]):
            st.rerun()


def crop(collection, request: SearchRequest, own: OwnPicture | None) -> None:
    """Where the search is for one picture, a part of it can be searched for."""
    if own is not None:
        src, region, name = data_uri(preview(own.picture.content)), own.region, own.picture.name
    elif len(request.like) == 1 and collection.get_many(request.like):
        src, region = data_uri(thumbnail(collection, request.like[0])), request.region
        name = collection.get(request.like[0]).name
    else:
        return

    def drawn(box) -> None:
        if own is not None:
            crop_own(box)
        else:
            ask(replace(request, region=box))

    label = "Searching for a part" if region else "Search for a part of it"
    with st.popover(label, icon=":material/crop:", type="secondary"):
        region_picker("search-region", src, region, alt=one_line(name), on_region=drawn)


def controls(collection, request: SearchRequest, own: OwnPicture | None, asked: bool) -> bool:
    """The row under the box; returns whether results are to be explained."""
    used = parts_in_use(request.where)
    st.session_state["size"] = request.size
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.popover(f"Filters ({used})" if used else "Filters", icon=":material/filter_alt:"):
            filter_bar(
                "search",
                collection,
                request.where,
                lambda where: ask(replace(request, where=where)),
                narrow=True,
            )
            if used:
                st.button(
                    "Clear filters",
                    key="clear-filters",
                    on_click=ask,
                    args=(replace(request, where=type(request.where)()),),
                )
        crop(collection, request, own)
        if asked:
            again_control(
                collection,
                request,
                own is not None,
                lambda name: ask(replace(request, again=in_address(collection, name))),
            )
            st.button(
                "Start over",
                key="start-over",
                icon=":material/restart_alt:",
                type="tertiary",
                on_click=start_over,
            )
        st.space("stretch")
        explain = st.toggle("Show why", key="explain", persist_state="session") if asked else False
        if asked:
            st.selectbox(
                "Results",
                SIZES,
                key="size",
                format_func=lambda n: f"{n} results",
                label_visibility="collapsed",
                width=140,
                on_change=lambda: ask(replace(request, size=st.session_state["size"])),
            )
    return explain


def invitation(collection, request: SearchRequest) -> None:
    """What to do when nothing is asked yet."""
    if has_words(collection.encoder_name):
        st.markdown("**Try one of these**")
        with st.container(horizontal=True, gap="small"):
            for phrase in examples([label for label, _ in collection.labels()]):
                st.button(
                    phrase, key=f"example-{phrase}", on_click=ask, args=(replace(request, text=phrase),)
                )
    st.markdown("**Or begin with a picture:** drop or paste one anywhere on this page, or take one of these")
    ids = assortment(collection, str(collection.root), collection.version())
    gallery(
        "assortment",
        picture_tiles(collection, collection.get_many(ids)),
        on_act=lambda event: ask(replace(request, like=(event.id,))),
        selectable=False,
        cell=150,
        title="Pictures to begin with",
    )


def results(collection, request: SearchRequest, own: OwnPicture | None, explain: bool) -> None:
    try:
        result = answer(collection, request, own)
    except LookalikeError as error:
        st.error(plain(str(error), 600), icon=":material/error:")
        return
    if not len(result):
        st.info("Nothing to find: no picture passes the filters.", icon=":material/filter_alt_off:")
        return
    said = [found_line(result)]
    if read_as_line(result):
        said.append(read_as_line(result))
    st.markdown(" · ".join(said))
    if result.about_words:
        st.caption(f":material/translate: {plain(result.about_words, 500)}")
    if changed_line(result):
        st.caption(f":material/info: {plain(changed_line(result), 300)}")
    marks = dict.fromkeys(request.like, "like") | dict.fromkeys(request.unlike, "unlike")
    selected = gallery(
        GALLERY,
        hit_tiles(collection, result, marks, faint=result.good == 0),
        on_act=partial(act, collection),
        actions=("like", "unlike", "favourite"),
        explain=explain,
        title="Search results, best first",
    )
    st.caption(f"{timing_line(result.timings)} · {plain(result.served.said, 100)}")
    if result.served.note:
        st.caption(f":material/info: {plain(result.served.note, 400)}")
    if result.warning:
        st.warning(plain(result.warning, 600), icon=":material/trending_down:")
    selection_bar(GALLERY, collection, selected, add_likes)
    detail(
        collection,
        [hit.id for hit in result],
        add_likes,
        {hit.id: hit.evidence for hit in result},
        partial(show_match, collection, request, own),
    )
    until_calibrated(collection)


enter()
collection = current_collection()
with st.container(horizontal=True):
    st.title("Search", anchor=False)
if collection is None or not collection.count():
    st.markdown("There are no pictures to search yet.")
    link_to_add()
    st.stop()
request = with_default(collection, SearchRequest.read(url.params()))
own = own_picture(collection)
asked = request.asks(own.picture.content if own else None)
search_box(collection, request)
try:
    chips = pieces(collection, request, own)
except LookalikeError as error:
    keep_own(None)
    st.error(plain(str(error), 600), icon=":material/error:")
    st.stop()
if chips:
    tray("search-tray", chips, on_remove=take_away)
if own is not None:
    own_line(collection, own)
undo_line(collection)
explain = controls(collection, request, own, asked)
pace_line(collection)
alone = own is not None and own.region is None and not (request.text or request.like or request.unlike)
if alone and tile_control(collection):
    try:
        detail(
            collection,
            tile_results(collection, own.picture.content, request.size, GALLERY, partial(act, collection)),
            add_likes,
        )
    except LookalikeError as error:
        st.error(plain(str(error), 600), icon=":material/error:")
elif asked:
    results(collection, request, own, explain)
else:
    invitation(collection, request)
    warm_up(collection)
