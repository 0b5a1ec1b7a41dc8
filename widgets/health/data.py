"""What the last checks found, and the measures of the quality scan, read once for all viewers."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from core.health import HealthRun
from core.health import latest_run as latest
from core.stored import UNREADABLE, from_builtins
from widgets.app_state.resources import place

if TYPE_CHECKING:
    from core.collection import Collection
    from core.health import MeasureTable, Part


T = TypeVar("T")


def latest_run(collection: Collection, part: Part) -> HealthRun | None:
    """The last check of a part; None before the first."""
    return latest(collection, part)


def latest_report(collection: Collection, part: Part, kind: type[T]) -> tuple[HealthRun, T] | None:
    """The last check of a part and its report; None before the first, and where another version stored it."""
    run = latest_run(collection, part)
    if run is None:
        return None
    try:
        return run, from_builtins(kind, run.result)
    except UNREADABLE:
        return None


def measures(collection: Collection) -> MeasureTable:
    """The measures of all pictures in sight."""
    return _measures(*place(collection), collection.version("health"), collection)


@st.cache_resource(show_spinner=False, max_entries=4)
def _measures(root: str, born: int, version: int, _collection: Collection) -> MeasureTable:  # noqa: ARG001 - the cache's key
    from core.health import measures

    return measures(_collection)
