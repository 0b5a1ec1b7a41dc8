"""What all screens and all viewers share: the workspace, the jobs, and open collections."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core.jobs import JobRunner

if TYPE_CHECKING:
    from core import SearchEngine, Workspace
    from core.collection import Collection
    from core.embedding import EncoderInfo


def workspace() -> Workspace:
    """The workspace that this app shows."""
    from core import Workspace

    return Workspace()


@st.cache_resource(show_spinner=False)
def jobs() -> JobRunner:
    """The one runner of long work in this process."""
    return JobRunner()


def open_collection(name: str) -> Collection:
    """The collection of this name, opened once for all viewers.

    Raises:
        CollectionError: there is none, or it cannot be read.
    """
    space = workspace()
    catalogue = space.path / name / "catalogue.sqlite"
    born = catalogue.stat().st_ino if catalogue.is_file() else 0
    return _collection(str(space.path), name, born)


def search_engine(collection: Collection) -> SearchEngine:
    """The engine that answers for this collection; it keeps its index between searches."""
    return _engine(*place(collection), collection.encoder_name, collection)


def place(collection: Collection) -> tuple[str, int]:
    """Which collection this is, and no other of the same name: what is kept of it is kept under this."""
    return str(collection.root), (collection.root / "catalogue.sqlite").stat().st_ino


def addition_key(collection: Collection) -> str:
    """Under which key additions to this collection run: one at a time."""
    return f"add:{Path(collection.root)}"


@st.cache_data(ttl=60, show_spinner=False)
def encoders() -> list[EncoderInfo]:
    """Every encoder, with whether it can be used here."""
    from core.embedding import list_encoders

    return list_encoders()


def has_words(encoder: str) -> bool:
    """Whether this encoder can be asked in words; yes, where it is not listed."""
    from core.embedding import split_name

    base, _ = split_name(encoder)
    return next((info.has_text for info in encoders() if info.name == base), True)


# `born` tells a collection from another of the same name that was made after it was deleted.
@st.cache_resource(show_spinner=False, max_entries=32)
def _collection(path: str, name: str, born: int) -> Collection:  # noqa: ARG001 - part of the cache's key
    from core import Workspace

    return Workspace(path).open(name)


@st.cache_resource(show_spinner="Getting the search ready…", max_entries=8)
def _engine(root: str, born: int, encoder: str, _collection: Collection) -> SearchEngine:  # noqa: ARG001 - part of the cache's key
    from core import SearchEngine

    return SearchEngine(_collection, encoder)
