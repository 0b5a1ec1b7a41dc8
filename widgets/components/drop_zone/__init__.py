"""Takes one picture that is chosen, dropped or pasted anywhere on the page."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath, PureWindowsPath

import streamlit as st

from widgets.components.assets import asset, script

_COMPONENT = st.components.v2.component(
    "lookalike_drop",
    html=asset("drop_zone/drop_zone.html"),
    css=asset("drop_zone/drop_zone.css"),
    js=script("drop_zone/drop_zone.js"),
)
_LIMIT = 48 * 1024 * 1024  # of base64; the browser stops at 32 MB of picture


@dataclass(frozen=True)
class DroppedPicture:
    """A picture from the viewer's own machine. Its name is untrusted and only ever shown."""

    name: str
    content: bytes = field(repr=False)


def read_picture(value: object) -> DroppedPicture | None:
    """The picture that the browser sent, or None where it sent none that can be used."""
    if not isinstance(value, Mapping):
        return None
    name, data = value.get("name"), value.get("data")
    if not isinstance(name, str) or not isinstance(data, str) or not data or len(data) > _LIMIT:
        return None
    try:
        content = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None
    bare = PurePosixPath(PureWindowsPath(name).name).name
    return DroppedPicture(bare or "your picture", content)


def picture_drop(
    key: str, *, on_picture: Callable[[DroppedPicture], None], text: str, hint: str = "", width: int = 190
) -> None:
    """Draw the button; `on_picture` is called before the page runs again."""

    def taken() -> None:
        picture = read_picture((st.session_state.get(key) or {}).get("picture"))
        if picture is not None:
            on_picture(picture)

    _COMPONENT(key=key, data={"text": text, "hint": hint}, width=width, on_picture_change=taken)
