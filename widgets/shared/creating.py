"""A new collection: its name, and the encoder that will read its pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from core.presets import PRESETS, set_preset
from widgets.app_state.resources import encoders, workspace
from widgets.shared.collection_picker import show_collection
from widgets.shared.formatting import plain

if TYPE_CHECKING:
    from core.collection import Collection
    from core.embedding import EncoderInfo


def collection_fields(key: str) -> tuple[str, str, str]:
    """Draw the fields of a new collection; returns its name, its encoder and the key of its preset."""
    from core.embedding import DEFAULT_ENCODER

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
    return (name or "").strip(), encoder, _preset_field(key)


def _preset_field(key: str) -> str:
    by_key = {one.key: one for one in PRESETS}
    chosen = st.pills(
        "What kind of collection is it?",
        list(by_key),
        format_func=lambda one: by_key[one].title,
        key=f"{key}-preset",
        help="Sets defaults that you can change at any time: cut-off, re-ranker, and where to begin.",
    )
    if chosen:
        one = by_key[chosen]
        first = ", ".join(start.title for start in one.starts)
        st.caption(f"{plain(one.about, 200)} Begins with {plain(first, 200)}. {plain(one.why_alpha, 300)}")
    return chosen or ""


def create(name: str, encoder: str, preset: str = "") -> Collection | None:
    """Make the collection and turn the screens to it; None after saying why it could not be made."""
    if not name:
        st.error("Give the collection a name first, such as “shop”.")
        return None
    try:
        collection = workspace().create(name, encoder=encoder)
        if preset:
            set_preset(collection, preset)
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
