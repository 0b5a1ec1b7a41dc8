"""Draw a box on a picture and get it back as fractions of its width and height."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from math import isfinite

import streamlit as st

from core.search import Region
from widgets.components.assets import asset, script

_COMPONENT = st.components.v2.component(
    "lookalike_region",
    html=asset("region_picker/region_picker.html"),
    css=asset("region_picker/region_picker.css"),
    js=script("region_picker/region_picker.js"),
)
_SIDES = ("left", "top", "right", "bottom")


def read_region(value: object) -> Region | None:
    """The box that the browser sent, cut to the picture, or None for the whole picture."""
    if not isinstance(value, Mapping):
        return None
    sides = [value.get(side) for side in _SIDES]
    if not all(isinstance(side, int | float) and isfinite(side) for side in sides):
        return None
    left, top, right, bottom = (round(min(1.0, max(0.0, float(side))), 3) for side in sides)
    return Region(left, top, right, bottom) if right > left and bottom > top else None


def region_picker(
    key: str, src: str, region: Region | None, *, alt: str, on_region: Callable[[Region | None], None]
) -> None:
    """Draw the picture with its box; `on_region` is called before the page runs again."""

    def drawn() -> None:
        value = (st.session_state.get(key) or {}).get("region")
        if isinstance(value, Mapping):
            on_region(read_region(value.get("region")))

    _COMPONENT(
        key=key,
        data={"src": src, "alt": alt, "region": asdict(region) if region else None},
        on_region_change=drawn,
    )
