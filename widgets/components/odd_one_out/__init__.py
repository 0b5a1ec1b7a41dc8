"""Ten pictures of one cluster on the screen, the odd ones to be marked with a key each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import streamlit as st

from core.errors import LookalikeError
from widgets.components.assets import asset, script
from widgets.components.image_grid import data_uri
from widgets.shared.formatting import one_line
from widgets.shared.tiles import large, thumbnail

if TYPE_CHECKING:
    from core.collection import Collection, Picture

_SIDE = 480

_COMPONENT = st.components.v2.component(
    "lookalike_walk",
    html=asset("odd_one_out/odd_one_out.html"),
    css=asset("odd_one_out/odd_one_out.css"),
    js=script("elements.js", "keys.js", "odd_one_out/odd_one_out.js"),
)


@dataclass(frozen=True)
class WalkAct:
    """The viewer went on, with these pictures marked as odd, or took the last step back."""

    kind: Literal["next", "undo"]
    key: str
    odd: tuple[int, ...]


def read_walk_act(value: object) -> WalkAct | None:
    """The event that the browser sent, or None where it is not one of ours."""
    if not isinstance(value, Mapping) or value.get("kind") not in {"next", "undo"}:
        return None
    key, odd = value.get("key"), value.get("odd")
    if not isinstance(key, str) or not isinstance(odd, Sequence) or isinstance(odd, str):
        return None
    ids = tuple(dict.fromkeys(i for i in odd if isinstance(i, int) and not isinstance(i, bool)))
    return WalkAct(value["kind"], key, ids)


def walk_step(
    key: str,
    collection: Collection,
    card: str,
    pictures: Sequence[Picture],
    *,
    on_act: Callable[[WalkAct], None],
    turn: int,
    odd: Sequence[int],
    undo: bool,
    final: bool,
    last: str,
) -> None:
    """Draw the pictures of one step; `on_act` is called before the page runs again.

    `turn` grows with every answer, so that the browser knows its answer has been taken; `odd` are marked to
    begin with, `final` says that no cluster follows, `last` what the last answer was.
    """

    def acted() -> None:
        act = read_walk_act((st.session_state.get(key) or {}).get("act"))
        if act is not None:
            on_act(act)

    _COMPONENT(
        key=key,
        data={
            "key": card,
            "turn": turn,
            "items": [_item(collection, one) for one in pictures],
            "odd": list(odd),
            "undo": undo,
            "final": final,
            "last": one_line(last, 200),
            "title": "Which of these do not belong?",
        },
        on_act_change=acted,
    )


def _item(collection: Collection, picture: Picture) -> dict[str, object]:
    try:
        shown = large(collection, str(collection.root), picture.id, picture.sha256, _SIDE)
    except LookalikeError:
        shown = thumbnail(collection, picture.id)
    return {
        "id": picture.id,
        "src": data_uri(shown),
        "name": one_line(picture.name.rsplit("/", 1)[-1], 120),
        "full": one_line(picture.name, 300),
    }
