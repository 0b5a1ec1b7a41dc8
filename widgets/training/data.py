"""What the engine knows about training, read or worked out once for all viewers until it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.errors import TrainingError
from widgets.app_state.resources import place

if TYPE_CHECKING:
    from core import SearchEngine
    from core.collection import Collection
    from core.training import Signal, Triplet, Version

SHOWN = 24


def versions(collection: Collection) -> list[Version]:
    """The adapters of the collection, oldest first."""
    return _versions(*place(collection), collection.version(), collection)


def fooled(collection: Collection, adapter: int | None) -> tuple[Triplet, ...]:
    """The pictures that the search is fooled by most, under the encoder or under an adapter; worst first.

    Raises:
        TrainingError: there are not two labels with two pictures each.
    """
    found = _fooled(*place(collection), collection.version("pairs", "verdicts"), adapter, collection)
    if isinstance(found, str):
        raise TrainingError(found)
    return found


def signals(collection: Collection) -> tuple[Signal, ...]:
    """What would be learned from where nothing is chosen."""
    return _signals(*place(collection), collection.version("pairs", "verdicts"), collection)


def base_engine(collection: Collection) -> SearchEngine:
    """The engine over the vectors of the encoder without an adapter."""
    return _base_engine(*place(collection), collection.base_encoder_name, collection)


@st.cache_data(show_spinner=False, max_entries=8)
def _versions(root: str, born: int, version: int, _collection: Collection) -> list[Version]:  # noqa: ARG001
    from core.training import versions as stored

    return stored(_collection)


@st.cache_resource(show_spinner="Looking for what fools the search…", max_entries=8)
def _fooled(
    root: str,  # noqa: ARG001 - part of the cache's key
    born: int,  # noqa: ARG001
    version: int,  # noqa: ARG001
    adapter: int | None,
    _collection: Collection,
) -> tuple[Triplet, ...] | str:
    from core.training import hardest_triplets, read_dataset

    weights = None if adapter is None else _collection.adapters.load(_collection.adapters.get(adapter))
    try:
        return hardest_triplets(read_dataset(_collection, _copies(_collection)), SHOWN, weights)
    except TrainingError as error:
        return str(error)


def _copies(collection: Collection) -> list[tuple[int, ...]]:
    from core.dedup import known_copies

    return known_copies(collection)


@st.cache_data(show_spinner=False, max_entries=8)
def _signals(root: str, born: int, version: int, _collection: Collection) -> tuple[Signal, ...]:  # noqa: ARG001
    from core.training import sensible_signals

    return sensible_signals(_collection)


@st.cache_resource(show_spinner="Getting the search ready…", max_entries=4)
def _base_engine(root: str, born: int, encoder: str, _collection: Collection) -> SearchEngine:  # noqa: ARG001
    from core import SearchEngine

    return SearchEngine(_collection, encoder)
