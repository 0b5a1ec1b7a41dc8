"""Cards with a colour, a name, pictures and what can be done: clusters in a list, labels in doubt."""

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

Kind = Literal["open", "choose", "accept", "dismiss"]
_KINDS = ("open", "choose", "accept", "dismiss")

_COMPONENT = st.components.v2.component(
    "lookalike_cards",
    html=asset("card_list/card_list.html"),
    css=asset("card_list/card_list.css"),
    js=script("elements.js", "card_list/card_list.js"),
)


@dataclass(frozen=True)
class Button:
    """What can be done with a card."""

    kind: Kind
    text: str
    hint: str = ""
    primary: bool = False


@dataclass(frozen=True)
class Card:
    """One card: a key to know it by, and untrusted text, which is shown as text.

    `share` in ``[0, 1]`` is drawn as a bar with `said` beside it; `others` are small pictures under the text.
    """

    key: str
    title: str
    colour: str = ""
    size: str = ""
    lines: tuple[str, ...] = ()
    share: float | None = None
    said: str = ""
    pictures: Sequence[Picture] = ()
    others: Sequence[Picture] = ()
    buttons: tuple[Button, ...] = ()
    choose: bool = False
    chosen: bool = False


@dataclass(frozen=True)
class CardAct:
    """What the viewer did with a card, or with one picture of it; `id` is 0 for the whole card."""

    kind: Kind
    key: str
    id: int


def read_card_act(value: object) -> CardAct | None:
    """The event that the browser sent, or None where it is not one of ours."""
    if not isinstance(value, Mapping) or value.get("kind") not in _KINDS:
        return None
    key, picture = value.get("card"), value.get("id")
    if not isinstance(key, str) or not isinstance(picture, int) or isinstance(picture, bool):
        return None
    return CardAct(value["kind"], key, picture)


def cards(
    key: str,
    collection: Collection,
    shown: Sequence[Card],
    *,
    on_act: Callable[[CardAct], None],
    layout: Literal["strip", "side", "list"] = "strip",
    title: str = "",
) -> None:
    """Draw the cards; `on_act` is called before the page runs again.

    In the layout ``strip`` pictures lie in a row, in ``side`` one lies beside the text, ``list`` is one line
    a card.
    """

    def acted() -> None:
        act = read_card_act((st.session_state.get(key) or {}).get("act"))
        if act is not None:
            on_act(act)

    _COMPONENT(
        key=key,
        data={"cards": [_card(collection, card) for card in shown], "layout": layout, "title": title},
        on_act_change=acted,
    )


def _card(collection: Collection, card: Card) -> dict[str, Any]:
    parts = {
        "key": card.key,
        "title": one_line(card.title, 120),
        "colour": card.colour,
        "size": card.size,
        "lines": [one_line(line, 300) for line in card.lines],
        "bar": None if card.share is None else {"share": card.share, "text": card.said},
        "pictures": [_picture(collection, one) for one in card.pictures],
        "others": [_picture(collection, one) for one in card.others],
        "acts": [
            {"kind": b.kind, "text": one_line(b.text, 60), "hint": b.hint, "primary": b.primary}
            for b in card.buttons
        ],
        "choose": card.choose,
        "chosen": card.chosen,
    }
    return {name: value for name, value in parts.items() if value or name in {"key", "title"}}


def _picture(collection: Collection, picture: Picture) -> dict[str, Any]:
    return {
        "id": picture.id,
        "src": data_uri(thumbnail(collection, picture.id)),
        "name": one_line(picture.name.rsplit("/", 1)[-1], 100),
        "full": one_line(picture.name, 300),
    }
