"""A new collection: its name, and the encoder that will read its pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from widgets.collections import show_collection
from widgets.resources import encoders, workspace
from widgets.wording import plain

if TYPE_CHECKING:
    from core.collection.collection import Collection
    from core.embedding.encoder import EncoderInfo


def collection_fields(key: str) -> tuple[str, str]:
    """Draw the fields of a new collection and return its name and encoder."""
    from core.embedding.registry import DEFAULT_ENCODER

    listed = encoders()
    usable = [info for info in listed if info.usable]
    names = [info.name for info in usable] or [DEFAULT_ENCODER]
    titles = {info.name: info for info in usable}
    left, right = st.columns(2)
    name = left.text_input(
        "Name",
        key=f"{key}-name",
        max_chars=64,
        placeholder="shop",
        help="Letters, digits, spaces, dots and dashes.",
    )
    encoder = right.selectbox(
        "Encoder",
        names,
        index=names.index(DEFAULT_ENCODER) if DEFAULT_ENCODER in names else 0,
        format_func=lambda n: _title(titles.get(n), n),
        key=f"{key}-encoder",
        help="The model that looks at the pictures. It cannot be changed later; the default works offline.",
    )
    rest = [info for info in listed if not info.usable]
    if rest:
        with st.popover("Other encoders", icon=":material/info:", type="tertiary"):
            for info in rest:
                st.markdown(f"**{plain(info.title)}**")
                st.caption(plain(info.reason, 400))
    return (name or "").strip(), encoder


def create(name: str, encoder: str) -> Collection | None:
    """Make the collection and turn the screens to it; None after saying why it could not be made."""
    if not name:
        st.error("Give the collection a name first, such as “shop”.")
        return None
    try:
        collection = workspace().create(name, encoder=encoder)
    except LookalikeError as error:
        st.error(plain(str(error), 600))
        return None
    show_collection(name)
    st.session_state["creating"] = None
    return collection


def _title(info: EncoderInfo | None, name: str) -> str:
    if info is None:
        return name
    return info.title if info.has_text else f"{info.title} (no search by words)"
