"""The last thing done to pictures, and its undoing, as one quiet line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from widgets.shared.formatting import count, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.collection import Collection, LabelState

_KEY = "undo"
_FAILED = "undo-failed"


@dataclass(frozen=True)
class Done:
    """What was done to which collection: pictures removed, labels given (with those they had), verdicts.

    `back` undoes whatever else was done.
    """

    collection: str
    text: str
    removed: tuple[int, ...] = ()
    labels: tuple[LabelState, ...] = ()
    verdicts: tuple[int, ...] = ()
    back: Callable[[], object] | None = None


def remove(collection: Collection, ids: Sequence[int]) -> None:
    """Put pictures into the bin, and offer to take them out again."""
    binned = {picture.id for picture in collection.bin()}
    new = tuple(i for i in ids if i not in binned)  # what was in the bin before stays there on undo
    n = collection.remove(new)
    remember(Done(collection.name, f"Removed {count(n)} to the bin.", removed=new))


def label(collection: Collection, ids: Sequence[int], text: str | None) -> None:
    """Label pictures, and offer to give them back the labels they had."""
    before = tuple(collection.label_states(ids))
    clean = (text or "").strip()
    collection.set_label(ids, clean or None)
    said = f"Labelled {count(len(ids))} “{clean}”." if clean else f"Took the label from {count(len(ids))}."
    remember(Done(collection.name, said, labels=before))


def favourite(collection: Collection, ids: Sequence[int]) -> None:
    """Star pictures, or take the star from them where all have one, and offer to undo that."""
    wanted = not all(picture.favourite for picture in collection.get_many(ids))
    changed = collection.set_favourite(ids, wanted)
    said = "Added {} to the favourites." if wanted else "Took {} from the favourites."
    back = partial(collection.set_favourite, changed, not wanted)
    remember(Done(collection.name, said.format(count(len(changed))), back=back))


def undo_line(collection: Collection) -> None:
    """Show what was done last, with its undo."""
    if failed := st.session_state.pop(_FAILED, None):
        st.warning(f"That cannot be undone. {plain(failed, 300)}", icon=":material/undo:")
    done = st.session_state.get(_KEY)
    if done is None or done.collection != collection.name:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="undo-line", gap="small"):
        st.markdown(f":material/check: {plain(done.text, 500)}", width="content")
        st.button(
            "Undo",
            key="undo-button",
            icon=":material/undo:",
            on_click=_undo,
            args=(collection,),
        )
        st.button("Dismiss", key="undo-dismiss", type="tertiary", on_click=_forget)


def remember(done: Done) -> None:
    """Offer the undoing of what was done."""
    st.session_state[_KEY] = done


def _forget() -> None:
    st.session_state.pop(_KEY, None)


def _undo(collection: Collection) -> None:
    done: Done | None = st.session_state.pop(_KEY, None)
    if done is None:
        return
    try:
        if done.removed:
            collection.restore(done.removed)
        if done.labels:
            collection.restore_labels(done.labels)
        if done.verdicts:
            collection.judgements.withdraw(done.verdicts)
        if done.back is not None:
            done.back()
    except LookalikeError as error:  # the old name was given to something else meanwhile, for one
        st.session_state[_FAILED] = str(error)
