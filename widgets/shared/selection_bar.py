"""What can be done with the pictures that are selected: a bar at the foot of the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from widgets.components.image_grid import clear_selection
from widgets.shared import undo
from widgets.shared.downloads import MOST, archive, safe_name
from widgets.shared.formatting import count, one_line

if TYPE_CHECKING:
    from core.collection import Collection


def selection_bar(
    gallery_key: str, collection: Collection, ids: Sequence[int], on_like: Callable[[Sequence[int]], None]
) -> None:
    """Draw the bar while anything is selected; `on_like` is asked to search for pictures like these."""
    if not ids:
        return

    def removed() -> None:
        undo.remove(collection, ids)
        clear_selection(gallery_key)

    def starred() -> None:
        undo.favourite(collection, ids)
        clear_selection(gallery_key)

    with st.bottom, st.container(horizontal=True, vertical_alignment="center", key="selection-bar"):
        st.markdown(f"**{count(len(ids))} selected**", width="content")
        st.button(
            "Favourite",
            key=f"{gallery_key}-favourite",
            icon=":material/star:",
            help="Give them a star; take it away where all have one",
            on_click=starred,
        )
        label_picker(f"{gallery_key}-label", collection, ids, partial(clear_selection, gallery_key))
        st.button(
            "More like these",
            key=f"{gallery_key}-like",
            icon=":material/image_search:",
            on_click=on_like,
            args=(ids,),
        )
        download(f"{gallery_key}-download", collection, ids)
        st.button("Remove", key=f"{gallery_key}-remove", icon=":material/delete:", on_click=removed)
        st.button(
            "Clear selection",
            key=f"{gallery_key}-clear",
            type="tertiary",
            on_click=partial(clear_selection, gallery_key),
        )


def label_picker(key: str, collection: Collection, ids: Sequence[int], done: Callable[[], None]) -> None:
    """A popover that gives the pictures a label: one that is in use, or a new one."""
    chosen = f"{key}-text"

    def apply() -> None:
        undo.label(collection, ids, st.session_state.get(chosen))
        st.session_state[chosen] = None
        done()

    def clear() -> None:
        undo.label(collection, ids, None)
        done()

    with st.popover("Label", icon=":material/sell:"):
        st.selectbox(
            "Label",
            [label for label, _ in collection.labels() if label is not None],
            index=None,
            key=chosen,
            accept_new_options=True,
            format_func=partial(one_line, limit=60),
            placeholder="Choose one or type a new one",
        )
        with st.container(horizontal=True):
            st.button(
                "Apply",
                key=f"{key}-apply",
                type="primary",
                on_click=apply,
                disabled=not st.session_state[chosen],
            )
            st.button("Take the label away", key=f"{key}-none", type="tertiary", on_click=clear)


def download(key: str, collection: Collection, ids: Sequence[int]) -> None:
    """A button that downloads the original of one picture, or a ZIP archive of many."""
    if len(ids) == 1:
        picture = collection.get(ids[0])
        st.download_button(
            "Download",
            partial(collection.original, picture.id),
            safe_name(picture.name),
            "application/octet-stream",
            key=key,
            icon=":material/download:",
            on_click="ignore",
        )
        return
    many = len(ids) > MOST
    st.download_button(
        "Download ZIP",
        partial(archive, collection, tuple(ids)),
        safe_name(f"{collection.name}.zip"),
        "application/zip",
        key=key,
        icon=":material/folder_zip:",
        on_click="ignore",
        disabled=many,
        help=f"At most {MOST:,} pictures at once." if many else None,
    )
