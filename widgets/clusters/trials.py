"""Numbers of clusters that are tried out, before any run is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from widgets.app_state.resources import place
from widgets.clusters.data import Copies, Place, State, counted, population, state

if TYPE_CHECKING:
    from core.clustering import (
        Clustering,
        Prepared,
        Proposal,
    )
    from core.collection import Collection


TrialKey = tuple[Place, State, Copies]
_MOST_TRIALS = 2


@dataclass(frozen=True, eq=False)
class Trial:
    """Vectors made ready for trying numbers of clusters, and which number is proposed, once that is known."""

    ready: Prepared
    proposal: Proposal | None = None


def trial(collection: Collection) -> Trial | None:
    """What numbers of clusters can be tried with at once; None as long as that has not been made ready."""
    key = trial_key(collection)
    found = _shelf().get(key)
    if found is None and _quick(collection):
        from core.clustering import prepared

        found = keep_trial(key, Trial(prepared(collection.name, population(collection))))
    return found


def trial_key(collection: Collection) -> TrialKey:
    """What a trial is kept under: other pictures, or other copies, need another one."""
    return place(collection), state(collection), counted(collection).groups


def keep_trial(key: TrialKey, made: Trial) -> Trial:
    """Keep what numbers of clusters can be tried with, for all viewers; the last few stay."""
    shelf = _shelf()
    shelf.pop(key, None)
    shelf[key] = made
    while len(shelf) > _MOST_TRIALS:
        shelf.pop(next(iter(shelf)), None)
    return made


def tried(collection: Collection, ready: Trial, k: int) -> Clustering:
    """The pictures in so many clusters, stored nowhere.

    Raises:
        LookalikeError: they cannot be parted so.
    """
    where, pictures, copies = trial_key(collection)
    return _tried(*where, pictures, copies, k, ready)


def _quick(collection: Collection) -> bool:
    from core.clustering import usual

    return usual(len(population(collection).first), "kmeans") == "none"


@st.cache_resource(show_spinner=False)
def _shelf() -> dict[TrialKey, Trial]:
    return {}


@st.cache_resource(show_spinner=False, max_entries=12)
def _tried(root: str, born: int, shown: State, copies: Copies, k: int, _ready: Trial) -> Clustering:  # noqa: ARG001
    from core.clustering import try_k

    return try_k(_ready.ready, k)
