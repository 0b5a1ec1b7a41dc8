"""Renaming clusters, with a way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.clustering import given_names, set_given_name
from core.errors import LookalikeError
from widgets.clusters.wording import undone_name
from widgets.shared import undo

if TYPE_CHECKING:
    from core.clustering import Clustering
    from core.collection import Collection

_REFUSED = "clusters-name-refused"


def call(collection: Collection, found: Clustering, cluster: int, name: str | None, shown: str) -> None:
    """Call a cluster something, or let its proposed name stand again, and offer to undo it.

    `shown` is what it was called so far.
    """
    from core.clustering import rename

    run = found.id
    if run is None or (name or "").strip() == shown:
        return
    before = given_names(collection, run).get(cluster)
    try:
        rename(collection, found, cluster, name)
    except LookalikeError as error:
        st.session_state[_REFUSED] = str(error)
        return
    undo.remember(
        undo.Done(
            collection.name,
            undone_name(shown, (name or "").strip() or None),
            back=lambda: set_given_name(collection, run, cluster, before),
        )
    )


def refused() -> str:
    """Why the last name could not be given, once; empty where it could."""
    return str(st.session_state.pop(_REFUSED, ""))
