"""The map of a collection: dots that one can zoom into, hover, choose and draw a line round.

Four pieces of one map, so that only what has changed is sent: places, colours, the view itself, and the
thumbnails that the browser asks for. A message that Streamlit has sent before it does not send again.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from core.projection import Categories, MapPoints, Scale, order, pack_colours, pack_places, signature
from core.projection.export import assets, html
from widgets.components.assets import asset, script
from widgets.shared.formatting import one_line

__all__ = ["Categories", "MapPoints", "Scale", "clear_map_selection", "picture_map_view"]

Thumbnails = Callable[[Sequence[int]], Mapping[int, bytes]]
About = Callable[[Sequence[int]], Mapping[int, Sequence[str]]]

_MOST_ASKED = 60
_LINES = 4

_PACKET = st.components.v2.component("lookalike_map_packet", js=script("scatter_map/scatter_map_packet.js"))
_PICTURES = st.components.v2.component(
    "lookalike_map_pictures", js=script("scatter_map/scatter_map_pictures.js")
)
_VIEW = st.components.v2.component(
    "lookalike_map",
    html=assets.markup(),
    css=assets.style(),
    js=assets.script() + asset("scatter_map/scatter_map.js"),
)


def picture_map_view(
    key: str,
    points: MapPoints,
    *,
    on_open: Callable[[int], None],
    thumbnails: Thumbnails,
    chosen: int | None = None,
    about: About | None = None,
    on_choose: Callable[[int | None], None] | None = None,
    height: int = 640,
) -> tuple[int, ...]:
    """Draw the map and return the ids that are selected on it, ascending.

    Args:
        key: of the map on this page; its selection and its zoom are kept under it.
        points: what is drawn.
        on_open: called with the id of a picture that was clicked, before the page runs again.
        thumbnails: JPEGs of the pictures under the pointer and, zoomed in, in view; empty bytes where one
            cannot be had.
        chosen: number of the category that stands out; the others are drawn faintly.
        about: lines of text on a picture for the card under the pointer, its name first; untrusted.
        on_choose: called with the category that was clicked in the legend, or None for none, before the
            page runs again. Without it the legend only highlights.
        height: of the map, in pixels.
    """

    def opened() -> None:
        picture = read_id((st.session_state.get(key) or {}).get("open"))
        if picture is not None:
            on_open(picture)

    def chose() -> None:
        value = (st.session_state.get(key) or {}).get("choose")
        if on_choose is not None and isinstance(value, Mapping):
            on_choose(read_id({"id": value.get("category")}))

    seen = signature(points)
    with st.container(gap=None):
        _VIEW(
            key=key,
            data={
                "map": key,
                "signature": seen,
                "chosen": chosen,
                "epoch": _epoch(key),
                "choosable": on_choose is not None,
                "height": height,
            },
            on_open_change=opened,
            on_choose_change=chose,
            on_selection_change=lambda: None,
        )
        for kind, packet in (("places", _places(seen, points)), ("colours", pack_colours(points))):
            _PACKET(key=f"{key}-{kind}", data=_addressed(key, kind, packet))
        _pictures(key, thumbnails, about)
    value = (st.session_state.get(key) or {}).get("selection")
    return read_selection(value, points, seen, _epoch(key))


def clear_map_selection(key: str) -> None:
    """Forget what is selected on the map of that key, here and in the browser."""
    st.session_state[f"{key}-epoch"] = _epoch(key) + 1


def read_id(value: object) -> int | None:
    """The id that the browser sent, or None where it is none."""
    picture = value.get("id") if isinstance(value, Mapping) else None
    return picture if isinstance(picture, int) and not isinstance(picture, bool) else None


def read_ids(value: object, most: int = _MOST_ASKED) -> list[int]:
    """The ids that the browser asks for, each once and no more than so many."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return list(dict.fromkeys(i for i in value if isinstance(i, int) and not isinstance(i, bool)))[:most]


def read_selection(value: object, points: MapPoints, seen: str, epoch: int) -> tuple[int, ...]:
    """The ids that the browser has selected: a bit a dot, in the order in which they were sent.

    A selection on another map (`seen` is this one's signature), or made before Python last acted on it
    (another `epoch`), counts as none.
    """
    if not isinstance(value, Mapping) or value.get("epoch") != epoch or value.get("signature") != seen:
        return ()
    bits = value.get("bits")
    try:
        packed = np.frombuffer(
            base64.b64decode(bits if isinstance(bits, str) else "", validate=True), np.uint8
        )
    except ValueError:
        return ()
    if len(packed) != -(-len(points) // 8):
        return ()
    chosen = np.unpackbits(packed, count=len(points), bitorder="little").astype(np.bool_)
    return tuple(np.sort(np.asarray(points.ids)[order(len(points))[chosen]]).tolist())


def answer(asked: object, thumbnails: Thumbnails, about: About | None) -> dict[str, Any]:
    """What the browser asked for: small thumbnails for the map, large ones and lines of text for the card."""
    small = read_ids(asked.get("small")) if isinstance(asked, Mapping) else []
    large = read_ids(asked.get("large")) if isinstance(asked, Mapping) else []
    wanted = list(dict.fromkeys([*small, *large]))
    jpegs = thumbnails(wanted) if wanted else {}
    told = about(large) if about is not None and large else {}
    return {
        "small": {str(i): _base64(scaled(jpegs.get(i, b""))) for i in small},
        "large": {str(i): _base64(jpegs.get(i, b"")) for i in large},
        "about": {str(i): [one_line(line, 60) for line in lines[:_LINES]] for i, lines in told.items()},
    }


@st.cache_data(show_spinner=False, max_entries=4000)
def scaled(jpeg: bytes) -> bytes:
    """The picture at 96 pixels, as JPEG; empty where the bytes are no picture."""
    return html.scaled(jpeg)


@st.fragment
def _pictures(key: str, thumbnails: Thumbnails, about: About | None) -> None:
    """Answers the browser's questions for thumbnails; only this part of the page runs for them."""
    name = f"{key}-pictures"
    asked = (st.session_state.get(name) or {}).get("ask")
    found = answer(asked, thumbnails, about)
    number = asked.get("number") if isinstance(asked, Mapping) else None
    _PICTURES(key=name, data={"map": key, "number": number, **found}, on_ask_change=lambda: None)


@st.cache_data(show_spinner=False, max_entries=8)
def _places(seen: str, _points: MapPoints) -> bytes:  # noqa: ARG001 - the cache's key
    return pack_places(_points)


def _addressed(key: str, kind: str, packet: bytes) -> bytes:
    """The packet, and before it which map it is for and what it is."""
    header = json.dumps({"map": key, "kind": kind}).encode()
    return len(header).to_bytes(4, "little") + header + packet


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _epoch(key: str) -> int:
    return int(st.session_state.get(f"{key}-epoch", 0))
