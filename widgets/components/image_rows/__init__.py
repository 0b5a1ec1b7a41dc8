"""Strips of pictures: a query, and what came first, each marked right or wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from widgets.components.assets import asset, script
from widgets.components.image_grid import data_uri
from widgets.shared.formatting import one_line
from widgets.shared.tiles import thumbnail

if TYPE_CHECKING:
    from core.collection import Collection, Picture

_KINDS = ("open", "right", "wrong")

_COMPONENT = st.components.v2.component(
    "lookalike_strips",
    html=asset("image_rows/image_rows.html"),
    css=asset("image_rows/image_rows.css"),
    js=script("elements.js", "image_rows/image_rows.js"),
)


@dataclass(frozen=True)
class Cell:
    """One picture of a strip.

    `rank` is None for the query's own picture, `right` is None if unknown; `missed` is a right one that did
    not come.
    """

    picture: Picture
    rank: int | None = None
    right: bool | None = None
    missed: bool = False


@dataclass(frozen=True)
class Strip:
    """One row: a key to know it by, untrusted text above it, the query's picture, and the answers."""

    key: str
    title: str
    note: str
    query: Cell | None
    answers: Sequence[Cell]


@dataclass(frozen=True)
class StripAct:
    """What the viewer did with one picture of one strip."""

    kind: Literal["open", "right", "wrong"]
    strip: str
    id: int


def read_strip_act(value: object) -> StripAct | None:
    """The event that the browser sent, or None where it is not one of ours."""
    if not isinstance(value, Mapping) or value.get("kind") not in _KINDS:
        return None
    strip, picture = value.get("row"), value.get("id")
    if not isinstance(strip, str) or not isinstance(picture, int) or isinstance(picture, bool):
        return None
    return StripAct(value["kind"], strip, picture)


def strips(
    key: str,
    collection: Collection,
    rows: Sequence[Strip],
    *,
    on_act: Callable[[StripAct], None],
    judge: bool = False,
    title: str = "",
) -> None:
    """Draw the strips; `on_act` is called before the page runs again. With `judge` answers can be marked."""

    def acted() -> None:
        act = read_strip_act((st.session_state.get(key) or {}).get("act"))
        if act is not None:
            on_act(act)

    _COMPONENT(
        key=key,
        data={"rows": [_row(collection, row) for row in rows], "judge": judge, "title": title},
        on_act_change=acted,
    )


def _row(collection: Collection, strip: Strip) -> dict[str, Any]:
    return {
        "key": strip.key,
        "title": one_line(strip.title, 200),
        "note": one_line(strip.note, 200),
        "query": None if strip.query is None else _cell(collection, strip.query),
        "items": [_cell(collection, cell) for cell in strip.answers],
    }


def _cell(collection: Collection, cell: Cell) -> dict[str, Any]:
    picture = cell.picture
    return {
        "id": picture.id,
        "src": data_uri(thumbnail(collection, picture.id)),
        "name": one_line(picture.name.rsplit("/", 1)[-1], 100),
        "full": one_line(picture.name, 300),
        "label": one_line(picture.label, 60) if picture.label else None,
        "w": picture.width,
        "h": picture.height,
        "rank": cell.rank,
        "right": cell.right,
        "missed": cell.missed,
    }
