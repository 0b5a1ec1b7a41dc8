"""The bin: pictures that were removed, to be restored or deleted for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state import url
from widgets.app_state.address import PAGE_SIZE
from widgets.components.image_grid import Act, clear_selection, gallery
from widgets.shared.formatting import count, plain
from widgets.shared.tiles import picture_tiles

if TYPE_CHECKING:
    from core.collection import Collection

_GALLERY = "bin"


def show_bin(collection: Collection) -> None:
    """Draw what is in the bin."""
    pictures = collection.bin()
    if not pictures:
        st.info("The bin is empty.", icon=":material/delete:")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{count(len(pictures))} in the bin.** They are not found by any search.", width="stretch"
        )
        if st.button("Empty the bin", key="empty-bin", icon=":material/delete_forever:"):
            _confirm(collection, len(pictures))
    shown = pictures[:PAGE_SIZE]
    selected = gallery(_GALLERY, picture_tiles(collection, shown), on_act=_ignore, actions=(), title="Bin")
    if len(pictures) > len(shown):
        st.caption(f"The {len(shown)} removed last are shown.")

    def restore(ids: tuple[int, ...]) -> None:
        collection.restore(ids)
        clear_selection(_GALLERY)
        if not collection.bin():
            url.go({})

    with st.bottom, st.container(horizontal=True, vertical_alignment="center", key="bin-bar"):
        st.markdown(
            f"**{count(len(selected))} selected**" if selected else "Select pictures to restore",
            width="content",
        )
        st.button(
            "Restore",
            key="restore",
            type="primary",
            icon=":material/restore_from_trash:",
            disabled=not selected,
            on_click=restore,
            args=(selected,),
        )
        st.button(
            "Restore all",
            key="restore-all",
            on_click=restore,
            args=(tuple(picture.id for picture in pictures),),
        )


def _ignore(event: Act) -> None:
    """A picture in the bin has nothing to open."""


@st.dialog("Empty the bin?")
def _confirm(collection: Collection, pictures: int) -> None:
    st.markdown(
        f"{count(pictures)} will be deleted for good. Files that lie in folders of their own stay there."
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep them", key="empty-no"):
            st.rerun()
        if st.button("Delete for good", key="empty-yes", type="primary", icon=":material/delete_forever:"):
            try:
                collection.empty_bin()
            except LookalikeError as error:
                st.error(plain(str(error), 600))
                return
            url.go({})
            st.rerun()
