"""Two pictures side by side, to be judged with one key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from core.errors import LookalikeError
from widgets.components.assets import asset, script
from widgets.components.image_grid import data_uri
from widgets.duplicates.address import read_pair
from widgets.duplicates.wording import facts
from widgets.shared.formatting import one_line
from widgets.shared.tiles import large, thumbnail

if TYPE_CHECKING:
    from core.collection import Collection, Picture

_KINDS = ("duplicate", "different", "unsure", "undo")
_SIDE = 900

_COMPONENT = st.components.v2.component(
    "lookalike_side_by_side",
    html=asset("pair_view/pair_view.html"),
    css=asset("pair_view/pair_view.css"),
    js=script("elements.js", "keys.js", "pair_view/pair_view.js"),
)


@dataclass(frozen=True)
class SideAct:
    """What the viewer said of the pair that was shown, or that the last word is to be taken back."""

    kind: Literal["duplicate", "different", "unsure", "undo"]
    pair: tuple[int, int] | None


def read_side_act(value: object) -> SideAct | None:
    """The event that the browser sent, or None where it is not one of ours."""
    if not isinstance(value, Mapping) or value.get("kind") not in _KINDS:
        return None
    key = value.get("key")
    pair = read_pair(key) if isinstance(key, str) else None
    return SideAct(value["kind"], pair) if pair is not None or value["kind"] == "undo" else None


def side_by_side(
    key: str,
    collection: Collection,
    pair: tuple[int, int] | None,
    *,
    on_act: Callable[[SideAct], None],
    turn: int,
    undo: bool,
    last: str,
) -> None:
    """Draw the pair with its keys; `on_act` is called before the page runs again.

    `turn` grows with every answer, so that the browser knows its answer has been taken; `last` says what the
    last one was. Without a pair only the last answer can be taken back.
    """

    def acted() -> None:
        act = read_side_act((st.session_state.get(key) or {}).get("act"))
        if act is not None:
            on_act(act)

    pictures = collection.get_many(pair) if pair is not None else []
    data: dict[str, Any] = {
        "key": f"{pair[0]}-{pair[1]}" if pair is not None else "",
        "turn": turn,
        "undo": undo,
        "last": one_line(last, 200),
        "title": "Are these two the same picture?",
    }
    if len(pictures) == 2:
        data |= {
            side: _picture(collection, one) for side, one in zip(("left", "right"), pictures, strict=True)
        }
    _COMPONENT(key=key, data=data, on_act_change=acted)


def _picture(collection: Collection, picture: Picture) -> dict[str, str]:
    try:
        shown = large(collection, str(collection.root), picture.id, picture.sha256, _SIDE)
    except LookalikeError:
        shown = thumbnail(collection, picture.id)
    return {
        "src": data_uri(shown),
        "name": one_line(picture.name.rsplit("/", 1)[-1], 120),
        "full": one_line(picture.name, 300),
        "facts": facts(picture),
    }
