"""The viewer's own picture that a search is for; it is held by the page and part of no collection."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from core.search import Region
from widgets.components.drop_zone import DroppedPicture

if TYPE_CHECKING:
    from core.collection import Collection

_OWN = "search-own"


@dataclass(frozen=True)
class OwnPicture:
    """A picture from the viewer's machine, and the part of it that is searched for."""

    collection: str
    picture: DroppedPicture
    region: Region | None = None


def own_picture(collection: Collection) -> OwnPicture | None:
    """The viewer's picture, if one was given for this collection."""
    own: OwnPicture | None = st.session_state.get(_OWN)
    return own if own is not None and own.collection == collection.name else None


def keep_own(own: OwnPicture | None) -> None:
    """Remember the viewer's picture, or forget it."""
    st.session_state[_OWN] = own


def crop_own(region: Region | None) -> None:
    """Search for a part of the viewer's picture, or for all of it."""
    own: OwnPicture | None = st.session_state.get(_OWN)
    if own is not None:
        keep_own(replace(own, region=region))
