"""Pictures whose files are gone: where they were, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from widgets.app_state import url
from widgets.app_state.address import PAGE_SIZE
from widgets.components.image_grid import Act, clear_selection, gallery
from widgets.shared import undo
from widgets.shared.formatting import count, one_line
from widgets.shared.tiles import picture_tiles

if TYPE_CHECKING:
    from core.collection import Collection, LostReason

_GALLERY = "lost"
_WHY: dict[LostReason, str] = {
    "overwritten": "The file holds another picture now",
    "missing": "The file is not there",
}


def show_lost(collection: Collection) -> None:
    """Draw the pictures whose files are gone."""
    lost = collection.lost()
    if not lost:
        st.info("No picture has lost its file.", icon=":material/link:")
        return
    st.markdown(
        f"**{count(len(lost))} without a file.** They are not found by any search, and they are not in the "
        "bin: labels and verdicts are kept. Add the folder that holds the files now, or put the files back "
        "and add their folder again, and the pictures are back."
    )
    shown = lost[:PAGE_SIZE]
    selected = gallery(
        _GALLERY,
        picture_tiles(collection, [one.picture for one in shown]),
        on_act=_ignore,
        actions=(),
        title="Pictures without a file",
    )
    with st.expander("Where the files were", icon=":material/folder_open:"):
        rows = [
            {
                "Picture": one_line(one.picture.name, 255),
                "Why": _WHY[one.reason],
                "It was at": one_line(one.path, 500),
            }
            for one in lost
        ]
        st.dataframe(rows, hide_index=True, alt="Pictures without a file, with the place where each file was")
    if len(lost) > len(shown):
        st.caption(f"The {len(shown)} lost last are shown; the table has all of them.")

    def give_up(ids: tuple[int, ...]) -> None:
        undo.remove(collection, ids)
        clear_selection(_GALLERY)
        if not collection.lost():
            url.go({})

    with st.bottom, st.container(horizontal=True, vertical_alignment="center", key="lost-bar"):
        st.markdown(
            f"**{count(len(selected))} selected**" if selected else "Select what you do not want back",
            width="content",
        )
        st.button(
            "Put into the bin",
            key="lost-remove",
            icon=":material/delete:",
            disabled=not selected,
            on_click=give_up,
            args=(selected,),
        )


def _ignore(event: Act) -> None:
    """A picture without a file has nothing to open."""
