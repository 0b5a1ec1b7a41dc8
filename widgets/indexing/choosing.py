"""Which index serves: chosen, with the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from widgets.wording import plain

if TYPE_CHECKING:
    from core.collection.collection import Collection

_KEY = "index-chosen"
_DELETE = "index-delete"


@dataclass(frozen=True)
class Chosen:
    """What was done, and which index served before; None where search was exact."""

    collection: str
    text: str
    before: int | None


def use(collection: Collection, index: int | None, title: str) -> None:
    """Let this index serve every search from now on, or exact search where it is None."""
    before = _in_use(collection)
    if _switch(collection, index):
        said = "Every search is exact now." if index is None else f"{title} answers every search now."
        st.session_state[_KEY] = Chosen(collection.name, said, before)


def chosen_line(collection: Collection) -> None:
    """Show what was chosen last, with its undo."""
    done = st.session_state.get(_KEY)
    if done is None or done.collection != collection.name:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="index-chosen-line", gap="small"):
        st.markdown(f":material/check: {plain(done.text, 300)}", width="content")
        st.button("Undo", key="index-undo", icon=":material/undo:", on_click=_undo, args=(collection,))
        st.button("Dismiss", key="index-dismiss", type="tertiary", on_click=_forget)


def ask_delete(index: int) -> None:
    """Ask, when the page runs, whether this index is to be deleted."""
    st.session_state[_DELETE] = index


def delete_dialog(collection: Collection, titles: dict[int, str]) -> None:
    """Draw the question, if it is to be asked."""
    index = st.session_state.pop(_DELETE, None)
    if index in titles:
        _confirm(collection, index, titles[index])


@st.dialog("Delete this index?")
def _confirm(collection: Collection, index: int, title: str) -> None:
    said = "It serves every search now; search will be exact. " if _in_use(collection) == index else ""
    st.markdown(
        f"**{plain(title, 120)}** with its measurements will be deleted for good. {said}"
        "No picture is touched, and the same index can be built again."
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep it", key="index-delete-no"):
            st.rerun()
        if st.button("Delete", key="index-delete-yes", type="primary", icon=":material/delete_forever:"):
            delete(collection, index)
            st.rerun()


def delete(collection: Collection, index: int) -> None:
    """Delete an index; whatever was to be undone with it is forgotten."""
    collection.indexes.delete(index)
    done = st.session_state.get(_KEY)
    if done is not None and done.before == index:
        _forget()


def _undo(collection: Collection) -> None:
    done: Chosen | None = st.session_state.pop(_KEY, None)
    if done is not None:
        _switch(collection, done.before)


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
        st.session_state[_KEY] = Chosen(collection.name, str(error), _in_use(collection))
        return False
    return True


def _in_use(collection: Collection) -> int | None:
    space = collection.space()
    record = None if space is None else collection.indexes.in_use(space.id)
    return None if record is None else record.id


def _forget() -> None:
    st.session_state.pop(_KEY, None)
