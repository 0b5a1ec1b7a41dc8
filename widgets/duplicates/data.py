"""The results of the scan and the verdicts, read once for all viewers until something changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from widgets.app_state.resources import place

if TYPE_CHECKING:
    from core.collection import Collection
    from core.dedup import Decision, JudgedPairs, ScoredPair


def judged(collection: Collection) -> JudgedPairs:
    """All candidate pairs beside the verdicts on them, also those of which a picture is in the bin.

    Raises:
        LookalikeError: what was found cannot be read.
    """
    return _judged(
        *place(collection), collection.version("pairs", "verdicts"), _judge_stamp(collection), collection
    )


def missing(collection: Collection) -> int:
    """Count the pictures not scanned yet; all of them before the first scan."""
    from core.dedup import unscanned

    return unscanned(collection)


def decision(collection: Collection, ids: tuple[int, ...]) -> Decision:
    """Which of these pictures to keep. Pictures never change, so the answer is kept."""
    return _decision(*place(collection), ids, collection)


@st.cache_resource(show_spinner=False, max_entries=8)
def _judged(root: str, born: int, version: int, judge: float, _collection: Collection) -> JudgedPairs:
    from core.dedup import judged_pairs

    del version
    return judged_pairs(_collection, _scored(root, born, judge, *_pairs_state(_collection), _collection))


# Reading the evidence of many pairs takes ten times as long as laying verdicts beside them, and a verdict
# changes none of it.
@st.cache_resource(show_spinner=False, max_entries=4)
def _scored(
    root: str,  # noqa: ARG001 - part of the cache's key
    born: int,  # noqa: ARG001 - part of the cache's key
    judge: float,  # noqa: ARG001 - part of the cache's key
    stored: int,  # noqa: ARG001 - part of the cache's key
    compared: int,  # noqa: ARG001 - part of the cache's key
    removed: tuple[int, ...],  # noqa: ARG001 - part of the cache's key
    _collection: Collection,
) -> list[ScoredPair]:
    from core.dedup import every_pair

    return every_pair(_collection)


def _pairs_state(collection: Collection) -> tuple[int, int, tuple[int, ...]]:
    """What changes whenever other pairs are stored, or others are shown."""
    space = collection.space()
    if space is None:
        return 0, 0, ()
    from core.dedup import pair_counts

    return (*pair_counts(collection, space.id), tuple(collection.removed_ids()))


def _judge_stamp(collection: Collection) -> float:
    """When the score of the current space was last learned."""
    try:
        return collection.space_file("duplicates.json").stat().st_mtime
    except OSError:
        return 0.0


@st.cache_resource(show_spinner=False, max_entries=4096)
def _decision(root: str, born: int, ids: tuple[int, ...], _collection: Collection) -> Decision:  # noqa: ARG001
    from core.dedup import decide

    return decide(_collection, ids)
