"""A wall of pictures: what is shown, and what the viewer did with it."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import streamlit as st

from widgets.components.assets import asset, script

Kind = Literal["open", "like", "unlike", "favourite"]
_KINDS = get_args(Kind)

_COMPONENT = st.components.v2.component(
    "lookalike_gallery",
    html=asset("image_grid/image_grid.html"),
    css=asset("image_grid/image_grid.css"),
    js=script("elements.js", "image_grid/image_grid.js"),
)

ACTIONS: dict[Kind, dict[str, str]] = {
    "like": {"kind": "like", "text": "More like this", "hint": "Find pictures like this one"},
    "unlike": {"kind": "unlike", "text": "Unlike", "hint": "Push pictures like this one away"},
    "favourite": {"kind": "favourite", "text": "★", "hint": "Favourite"},
}


@dataclass(frozen=True)
class Tile:
    """One picture on the wall. `name` and `label` are untrusted text and are shown as text.

    `moved` says the ranks before and after re-ranking; `faint` marks hits that are not good matches.
    """

    id: int
    thumbnail: bytes
    name: str
    full_name: str | None = None
    label: str | None = None
    width: int = 0
    height: int = 0
    rank: int | None = None
    score: str | None = None
    why: Mapping[str, Any] | None = None
    mark: Literal["like", "unlike"] | None = None
    moved: str | None = None
    faint: bool | None = None
    favourite: bool | None = None

    def to_json(self) -> dict[str, Any]:
        """What the browser is sent; parts that are not given are left out."""
        parts: dict[str, Any] = {
            "id": self.id,
            "src": data_uri(self.thumbnail),
            "name": self.name,
            "full": self.full_name,
            "label": self.label,
            "w": self.width,
            "h": self.height,
            "rank": self.rank,
            "score": self.score,
            "why": self.why,
            "mark": self.mark,
            "moved": self.moved,
            "faint": self.faint,
            "star": self.favourite,
        }
        return {key: value for key, value in parts.items() if value is not None}


@dataclass(frozen=True)
class Act:
    """Something the viewer asked for on one picture."""

    kind: Kind
    id: int


def data_uri(jpeg: bytes, mime: str = "image/jpeg") -> str:
    """The bytes of a picture as an address that needs no request; empty for no bytes."""
    return f"data:{mime};base64,{base64.b64encode(jpeg).decode('ascii')}" if jpeg else ""


def read_act(value: object) -> Act | None:
    """The event that the browser sent, or None where it is not one of ours."""
    if not isinstance(value, Mapping) or value.get("kind") not in _KINDS:
        return None
    picture = value.get("id")
    return Act(value["kind"], picture) if isinstance(picture, int) and not isinstance(picture, bool) else None


def read_selection(value: object, epoch: int) -> tuple[int, ...]:
    """The selected ids that the browser sent, in the order chosen.

    A selection made before Python last acted on it (another `epoch`) is stale and counts as none.
    """
    if not isinstance(value, Mapping) or value.get("epoch") != epoch:
        return ()
    ids = value.get("ids")
    if not isinstance(ids, Sequence) or isinstance(ids, str):
        return ()
    return tuple(dict.fromkeys(i for i in ids if isinstance(i, int) and not isinstance(i, bool)))


def selected(key: str) -> tuple[int, ...]:
    """What is selected in the gallery of that key."""
    state = st.session_state.get(key) or {}
    return read_selection(state.get("selection"), _epoch(key))


def clear_selection(key: str) -> None:
    """Forget the selection, here and in the browser, once it has been acted on."""
    st.session_state[f"{key}-epoch"] = _epoch(key) + 1


def gallery(
    key: str,
    tiles: Sequence[Tile],
    *,
    on_act: Callable[[Act], None],
    actions: Sequence[Kind] = ("like",),
    selectable: bool = True,
    explain: bool = False,
    cell: int = 172,
    title: str = "Pictures",
    place: str = "",
) -> tuple[int, ...]:
    """Draw the wall and return the ids that are selected.

    `on_act` is called before the page runs again, like any Streamlit callback. Where `place` changes,
    such as the number of the page, the wall is scrolled to its beginning.
    """

    def acted() -> None:
        act = read_act((st.session_state.get(key) or {}).get("act"))
        if act is not None:
            on_act(act)

    _COMPONENT(
        key=key,
        data={
            "items": [tile.to_json() for tile in tiles],
            "actions": [ACTIONS[kind] for kind in actions],
            "selectable": selectable,
            "explain": explain,
            "cell": cell,
            "title": title,
            "place": place,
            "epoch": _epoch(key),
        },
        on_act_change=acted,
        on_selection_change=lambda: None,
    )
    return selected(key)


def _epoch(key: str) -> int:
    return int(st.session_state.get(f"{key}-epoch", 0))
