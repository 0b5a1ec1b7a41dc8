"""The indexes that a collection has, as the screen needs them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from core.index import Recipe, Tuning, recipe_title
from core.stored import from_json
from widgets.app_state.resources import place
from widgets.shared.formatting import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.collection import Collection, IndexRecord
    from core.index_manager import Advice


@dataclass(frozen=True)
class Stored:
    """One index of the collection's space.

    `recipe` is None where it lies on a server, `tuning` where nothing was measured when it was made.
    """

    record: IndexRecord
    title: str
    recipe: Recipe | None
    tuning: Tuning | None

    @property
    def id(self) -> int:
        """Its number in the collection."""
        return self.record.id

    @property
    def line(self) -> str:
        """One line of the list to choose from."""
        return f"{self.id}: {self.title} · {self.record.at:%d %b %H:%M}"


def stored_indexes(collection: Collection) -> list[Stored]:
    """The indexes over the space that is searched, oldest first."""
    space = collection.space()
    if space is None:
        return []
    return [_stored(record) for record in collection.indexes.list() if record.space_id == space.id]


def serving(stored: Sequence[Stored]) -> Stored | None:
    """The one that serves; None where search is exact."""
    return next((one for one in stored if one.record.in_use), None)


def advised(collection: Collection) -> Advice:
    """Whether another index would be better; measured once for each state of the collection.

    Raises:
        CollectionError: the vectors cannot be read.
    """
    space = collection.space()
    record = None if space is None else collection.indexes.in_use(space.id)
    rows = 0 if space is None else collection.space_bytes()
    return _advice(*place(collection), rows, None if record is None else record.id, collection)


def _stored(record: IndexRecord) -> Stored:
    from core.index_manager import title
    from core.index_manager.builder import is_remote

    if is_remote(record):
        return Stored(record, one_line(title(record), 120), None, _tuning(record))
    recipe = Recipe.from_json(record.recipe)
    return Stored(record, recipe_title(recipe), recipe, _tuning(record))


def _tuning(record: IndexRecord) -> Tuning | None:
    return from_json(Tuning, record.measured) if "certificates" in json.loads(record.measured) else None


@st.cache_data(show_spinner=False, max_entries=32)
def _advice(root: str, born: int, rows: int, index: int | None, _collection: Collection) -> Advice:  # noqa: ARG001 - the cache's key
    from core.index_manager import advice

    return advice(_collection)
