"""Sets of pictures that may be copies of one another, with what can be done to each set and each picture."""

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

Kind = Literal["open", "bin", "apart", "why", "keep", "leave", "duplicate", "different", "unsure"]
_KINDS = ("open", "bin", "apart", "why", "keep", "leave", "duplicate", "different", "unsure")

_COMPONENT = st.components.v2.component(
    "lookalike_sets",
    html=asset("picture_sets/picture_sets.html"),
    css=asset("picture_sets/picture_sets.css"),
    js=script("elements.js", "picture_sets/picture_sets.js"),
)


@dataclass(frozen=True)
class SetButton:
    """A button on a set or on a picture of it; `pressed` is None where it is no switch."""

    kind: Kind
    text: str
    hint: str = ""
    primary: bool = False
    pressed: bool | None = None


@dataclass(frozen=True)
class SetPicture:
    """One picture of a set: what is written on it, and in lines below its name."""

    picture: Picture
    lines: tuple[str, ...] = ()
    badge: str = ""
    tone: Literal["", "keep", "bin"] = ""
    buttons: tuple[SetButton, ...] = ()


@dataclass(frozen=True)
class PictureSet:
    """One set: a key to know it by, what is said of it, its pictures, and what can be done to all of them."""

    key: str
    title: str
    notes: tuple[str, ...]
    pictures: Sequence[SetPicture]
    chips: tuple[str, ...] = ()
    buttons: tuple[SetButton, ...] = ()


@dataclass(frozen=True)
class SetAct:
    """What the viewer did with a set, or with one picture of it; `id` is 0 for the whole set."""

    kind: Kind
    key: str
    id: int


def read_set_act(value: object) -> SetAct | None:
    """The event that the browser sent, or None where it is not one of ours."""
    if not isinstance(value, Mapping) or value.get("kind") not in _KINDS:
        return None
    key, picture = value.get("row"), value.get("id")
    if not isinstance(key, str) or not isinstance(picture, int) or isinstance(picture, bool):
        return None
    return SetAct(value["kind"], key, picture)


def sets(
    key: str,
    collection: Collection,
    rows: Sequence[PictureSet],
    *,
    on_act: Callable[[SetAct], None],
    columns: bool = False,
    title: str = "",
) -> None:
    """Draw the sets, below one another or in columns; `on_act` is called before the page runs again."""

    def acted() -> None:
        act = read_set_act((st.session_state.get(key) or {}).get("act"))
        if act is not None:
            on_act(act)

    _COMPONENT(
        key=key,
        data={"rows": [_row(collection, row) for row in rows], "columns": columns, "title": title},
        on_act_change=acted,
    )


def _row(collection: Collection, row: PictureSet) -> dict[str, Any]:
    return {
        "key": row.key,
        "title": one_line(row.title, 200),
        "notes": [one_line(note, 300) for note in row.notes],
        "chips": [one_line(chip, 60) for chip in row.chips],
        "acts": [_button(button) for button in row.buttons],
        "items": [_cell(collection, one) for one in row.pictures],
    }


def _cell(collection: Collection, one: SetPicture) -> dict[str, Any]:
    return {
        "id": one.picture.id,
        "src": data_uri(thumbnail(collection, one.picture.id)),
        "name": one_line(one.picture.name.rsplit("/", 1)[-1], 100),
        "full": one_line(one.picture.name, 300),
        "lines": [one_line(line, 120) for line in one.lines],
        "badge": one.badge,
        "tone": one.tone,
        "acts": [_button(button) for button in one.buttons],
    }


def _button(button: SetButton) -> dict[str, Any]:
    return {
        "kind": button.kind,
        "text": button.text,
        "hint": button.hint,
        "primary": button.primary,
        "pressed": button.pressed,
    }
