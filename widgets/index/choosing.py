"""Which index serves: chosen, with the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from widgets.shared.formatting import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.collection import Collection

_KEY = "index-chosen"
_DELETE = "index-delete"


@dataclass(frozen=True)
class Chosen:
    """What was done, and what was before.

    `before` is the index that served, None where search was exact; `automatic` is whether the collection was
    to move to an index by itself. What is not `undoable` is said only.
    """

    collection: str
    text: str
    before: int | None = None
    automatic: bool = True
    undoable: bool = False


def use(collection: Collection, index: int | None, title: str) -> None:
    """Let this index serve every search from now on, or exact search where it is None.

    Who chooses exact search means it: the collection does not move to an index by itself any more.
    """
    before, automatic = _in_use(collection), collection.indexes.automatic
    if not _switch(collection, index):
        return
    said = f"{title} answers every search now."
    if index is None:
        said = "Every search is exact now, and stays so."
        collection.indexes.set_automatic(False)
    st.session_state[_KEY] = Chosen(collection.name, said, before, automatic, undoable=True)


def chosen_line(collection: Collection) -> None:
    """Show what was chosen last, with its undo."""
    done = st.session_state.get(_KEY)
    if done is None or done.collection != collection.name:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="index-chosen-line", gap="small"):
        icon = "check" if done.undoable else "info"
        st.markdown(f":material/{icon}: {plain(done.text, 300)}", width="content")
        if done.undoable:
            st.button("Undo", key="index-undo", icon=":material/undo:", on_click=_undo, args=(collection,))
        st.button("Dismiss", key="index-dismiss", type="tertiary", on_click=_forget)


def ask_delete(index: int) -> None:
    """Ask, when the page runs, whether this index is to be deleted."""
    st.session_state[_DELETE] = index


def delete_dialog(collection: Collection, titles: Mapping[int, str]) -> None:
    """Draw the question, if it is to be asked."""
    index = st.session_state.get(_DELETE)
    if index in titles:
        _confirm(collection, index, titles[index])


def _keep() -> None:
    st.session_state.pop(_DELETE, None)


@st.dialog("Delete this index?", on_dismiss=_keep)
def _confirm(collection: Collection, index: int, title: str) -> None:
    # A dialog runs again by itself: once it has been answered, the whole page does.
    if st.session_state.get(_DELETE) is None:
        st.rerun()
    said = "It serves every search now; search will be exact. " if _in_use(collection) == index else ""
    st.markdown(
        f"**{plain(title, 120)}** with its measurements will be deleted for good. {said}"
        "No picture is touched, and the same index can be built again."
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button("Keep it", key="index-delete-no", on_click=_keep)
        st.button(
            "Delete",
            key="index-delete-yes",
            type="primary",
            icon=":material/delete_forever:",
            on_click=delete,
            args=(collection, index),
        )


def delete(collection: Collection, index: int) -> None:
    """Delete an index, its vectors on a server too; whatever was to be undone with it is forgotten.

    Where the server is away nothing is deleted, and the page says so.
    """
    from core.index_manager import drop
    from core.index_manager.remote import is_remote

    _keep()
    try:
        record = collection.indexes.get(index)
        if is_remote(record):
            drop(collection, record)
        else:
            collection.indexes.delete(index)
    except LookalikeError as error:
        st.session_state[_KEY] = Chosen(collection.name, str(error))
        return
    done = st.session_state.get(_KEY)
    if done is not None and done.before == index:
        _forget()


def _undo(collection: Collection) -> None:
    done: Chosen | None = st.session_state.pop(_KEY, None)
    if done is not None and _switch(collection, done.before):
        collection.indexes.set_automatic(done.automatic)


def _switch(collection: Collection, index: int | None) -> bool:
    space = collection.space()
    if space is None:
        return False
    try:
        if index is None:
            collection.indexes.use_exact(space.id)
        else:
            collection.indexes.use(index)
    except LookalikeError as error:  # deleted in another tab meanwhile
        st.session_state[_KEY] = Chosen(collection.name, str(error))
        return False
    return True


def _in_use(collection: Collection) -> int | None:
    space = collection.space()
    record = None if space is None else collection.indexes.in_use(space.id)
    return None if record is None else record.id


def _forget() -> None:
    st.session_state.pop(_KEY, None)
