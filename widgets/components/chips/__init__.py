"""The pieces that a search is made of, as chips that can be taken away again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from widgets.components.assets import asset, script

_COMPONENT = st.components.v2.component(
    "lookalike_tray",
    html=asset("chips/chips.html"),
    css=asset("chips/chips.css"),
    js=script("chips/chips.js"),
)


@dataclass(frozen=True)
class Piece:
    """One chip. `key` comes back when it is removed; `text` is untrusted."""

    key: str
    text: str
    kind: Literal["like", "unlike", "own"]
    src: str = ""


def read_removed(value: object) -> str | None:
    """The key of the piece that the viewer took away."""
    piece = value.get("piece") if isinstance(value, Mapping) else None
    return piece if isinstance(piece, str) else None


def tray(key: str, pieces: Sequence[Piece], *, on_remove: Callable[[str], None]) -> None:
    """Draw the chips by kind; `on_remove` is called before the page runs again."""

    def removed() -> None:
        piece = read_removed((st.session_state.get(key) or {}).get("remove"))
        if piece is not None:
            on_remove(piece)

    titles = {"own": "Your picture", "like": "Like", "unlike": "Unlike"}
    groups = []
    for kind, title in titles.items():
        chips = [
            {"key": p.key, "text": p.text, "kind": p.kind, "src": p.src} for p in pieces if p.kind == kind
        ]
        if chips:
            groups.append({"title": title, "pieces": chips})
    _COMPONENT(key=key, data={"groups": groups}, on_remove_change=removed)
