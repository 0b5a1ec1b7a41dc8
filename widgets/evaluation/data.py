"""Stored runs, read once for all viewers: a run never changes, and its number is never used again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from widgets.app_state.resources import place

if TYPE_CHECKING:
    from core.collection import Collection
    from core.evaluation import Comparison, EncoderComparison, Evaluation, RunSummary


def summaries(collection: Collection) -> tuple[RunSummary, ...]:
    """All runs of the collection, oldest first."""
    from core.evaluation import runs

    return runs(collection)


def run_of(collection: Collection, number: int) -> Evaluation:
    """One run with everything that was found.

    Raises:
        LookalikeError: there is none of this number, or it cannot be read.
    """
    return _run(*place(collection), number, collection)


def compared(collection: Collection, before: int, after: Sequence[int]) -> tuple[Comparison, ...]:
    """Each of `after` against `before`, corrected over all of them.

    Raises:
        LookalikeError: a run is not there, or they have nothing in common.
    """
    return _compared(*place(collection), before, tuple(after), collection)


def encoders_compared(collection: Collection, numbers: Sequence[int], metric: str) -> EncoderComparison:
    """Runs of several encoders side by side, by a metric.

    Raises:
        LookalikeError: a run is not there, or they have nothing in common.
    """
    return _encoders(*place(collection), tuple(numbers), metric, collection)


@st.cache_resource(show_spinner=False, max_entries=32)
def _run(root: str, born: int, number: int, _collection: Collection) -> Evaluation:  # noqa: ARG001 - the cache's key
    from core.evaluation.serialize import load

    return load(_collection, number)


@st.cache_resource(show_spinner="Comparing…", max_entries=64)
def _compared(
    root: str,  # noqa: ARG001 - part of the cache's key
    born: int,  # noqa: ARG001 - part of the cache's key
    before: int,
    after: tuple[int, ...],
    _collection: Collection,
) -> tuple[Comparison, ...]:
    from core.evaluation import compare_each

    return compare_each(run_of(_collection, before), [run_of(_collection, number) for number in after])


@st.cache_resource(show_spinner="Comparing…", max_entries=32)
def _encoders(
    root: str,  # noqa: ARG001 - part of the cache's key
    born: int,  # noqa: ARG001 - part of the cache's key
    numbers: tuple[int, ...],
    metric: str,
    _collection: Collection,
) -> EncoderComparison:
    from core.evaluation import as_comparison

    return as_comparison([run_of(_collection, number) for number in numbers], metric=metric)
