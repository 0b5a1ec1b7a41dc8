"""What the engine knows of clusters, read or worked out once for all viewers until something changes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.collection import Filter
from widgets.app_state.resources import place

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.clustering import (
        Clustering,
        Coherence,
        LabelAgreement,
        NameProposal,
        Outliers,
        Population,
        Representatives,
        RunSummary,
        Suspect,
    )
    from core.collection import Collection
    from core.projection import PictureMap

Place = tuple[str, int]
State = tuple[int, int, int, int, int]
Copies = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Counted:
    """Pictures that show the same, group by group, and how many are not compared yet."""

    groups: Copies
    unscanned: int
    scanned: bool

    @property
    def spare(self) -> int:
        """How many pictures count no more."""
        return sum(len(group) - 1 for group in self.groups)


def state(collection: Collection) -> State:
    """What changes whenever other pictures are there, or other vectors."""
    removed, space = collection.removed_ids(), collection.space()
    which = 0 if space is None else space.id
    return which, collection.space_bytes(), collection.purges(), len(removed), hash(tuple(removed))


# ---- runs, maps and names: small, and read anew after every change


def runs(collection: Collection) -> list[RunSummary]:
    """The stored runs, oldest first, events aside.

    Raises:
        LookalikeError: what is stored cannot be read.
    """
    from core.clustering.runs import runs as stored

    return [run for run in stored(collection) if run.setup.method != "events"]


def clustering(collection: Collection, run: int) -> Clustering:
    """A stored run.

    Raises:
        LookalikeError: there is none, or it cannot be read.
    """
    return _clustering(*place(collection), collection.version("clusters"), run, collection)


def names(collection: Collection, found: Clustering) -> dict[int, str]:
    """What the clusters are called, all different."""
    if found.id is None:
        return _names_tried(*place(collection), collection.version("clusters"), found.k, collection, found)
    return _names(*place(collection), collection.version("clusters"), found.id, collection)


def proposals(collection: Collection, found: Clustering) -> dict[int, tuple[NameProposal, ...]]:
    """The names that were proposed for each cluster, best first."""
    if found.id is None:
        return {}
    return _proposals(*place(collection), collection.version("clusters"), found.id, collection)


def newcomers(collection: Collection, found: Clustering) -> int:
    """How many pictures came after a stored run."""
    if found.id is None:
        return 0
    return _newcomers(
        *place(collection), collection.version("clusters"), state(collection), found.id, collection
    )


def picture_map(collection: Collection) -> PictureMap | None:
    """The stored map, or None."""
    return _map(*place(collection), collection.version("map"), collection)


def unplaced(collection: Collection, drawn: PictureMap) -> int:
    """How many pictures came after the map was drawn."""
    # By the map in hand, not by the version: it may have been read before a change that the version counts.
    shown = (drawn.id, len(drawn.ids))
    return _unplaced(*place(collection), shown, state(collection), collection, drawn)


def with_labels(collection: Collection, found: Clustering) -> LabelAgreement | None:
    """How far a stored run agrees with labels; None where there are none."""
    if found.id is None:
        from core.clustering import with_labels as compared

        return compared(collection, found)
    return _with_labels(*place(collection), collection.version("clusters"), found.id, collection)


def coherence(collection: Collection, found: Clustering) -> Coherence | None:
    """The results of reviewing a run; None before it is stored."""
    if found.id is None:
        return None
    return _coherence(*place(collection), collection.version("clusters"), found.id, collection)


# ---- of pictures


def ids(collection: Collection) -> NDArray[np.int64]:
    """The ids of the pictures outside the bin, ascending, ``(N,)``."""
    return _ids(*place(collection), collection.version(), collection)


def labels(collection: Collection) -> dict[int, str]:
    """The label of each picture that has one."""
    return _labels(*place(collection), collection.version(), collection)


def counted(collection: Collection) -> Counted:
    """The groups of near-duplicates at the usual threshold, of what was scanned; nothing is scanned here."""
    return _counted(*place(collection), collection.version("pairs", "verdicts"), collection)


# ---- worked out from vectors: slow, and the same as long as the pictures are


def population(collection: Collection) -> Population:
    """Every picture with its vector, near-duplicates counted once."""
    return _population(*place(collection), state(collection), counted(collection).groups, collection)


def representatives(collection: Collection, found: Clustering, cluster: int) -> Representatives:
    """The pictures that stand for a cluster, and those at its border."""
    key = found.id if found.id is not None else f"k={found.k}"
    mark = (len(found.ids), hash(found.clusters.tobytes()))
    return _representatives(
        *place(collection), state(collection), key, mark, cluster, collection, found, population(collection)
    )


def outliers(collection: Collection) -> Outliers:
    """How far from everything each picture is."""
    return _outliers(*place(collection), state(collection), counted(collection).groups, collection)


def suspects(collection: Collection) -> tuple[Suspect, ...]:
    """Labels with which the neighbours of their pictures disagree, surest first."""
    return _suspects(
        *place(collection),
        state(collection),
        _labels_hash(collection),
        counted(collection).groups,
        collection,
    )


def _labels_hash(collection: Collection) -> int:
    return hash(tuple(sorted(labels(collection).items())))


@st.cache_resource(show_spinner=False, max_entries=8)
def _clustering(root: str, born: int, version: int, run: int, _collection: Collection) -> Clustering:  # noqa: ARG001
    from core.clustering.runs import load

    return load(_collection, run)


@st.cache_resource(show_spinner=False, max_entries=32)
def _names(root: str, born: int, version: int, run: int, _collection: Collection) -> dict[int, str]:
    from core.clustering import display_names

    return display_names(_collection, _clustering(root, born, version, run, _collection))


@st.cache_resource(show_spinner=False, max_entries=32)
def _names_tried(
    root: str,  # noqa: ARG001 - part of the cache's key
    born: int,  # noqa: ARG001 - part of the cache's key
    version: int,  # noqa: ARG001 - part of the cache's key
    k: int,  # noqa: ARG001 - part of the cache's key
    _collection: Collection,
    _found: Clustering,
) -> dict[int, str]:
    from core.clustering import display_names

    return display_names(_collection, _found)


@st.cache_resource(show_spinner=False, max_entries=32)
def _proposals(
    root: str, born: int, version: int, run: int, _collection: Collection
) -> dict[int, tuple[NameProposal, ...]]:
    from core.clustering import stored_proposals

    return stored_proposals(_collection, _clustering(root, born, version, run, _collection)) or {}


@st.cache_resource(show_spinner=False, max_entries=4)
def _map(root: str, born: int, version: int, _collection: Collection) -> PictureMap | None:  # noqa: ARG001
    from core.projection import load_map

    return load_map(_collection)


@st.cache_resource(show_spinner=False, max_entries=32)
def _with_labels(
    root: str, born: int, version: int, run: int, _collection: Collection
) -> LabelAgreement | None:
    from core.clustering import with_labels as compared

    return compared(_collection, _clustering(root, born, version, run, _collection))


@st.cache_resource(show_spinner=False, max_entries=16)
def _coherence(root: str, born: int, version: int, run: int, _collection: Collection) -> Coherence:
    from core.clustering import coherence as of

    return of(_collection, _clustering(root, born, version, run, _collection))


@st.cache_resource(show_spinner=False, max_entries=16)
def _newcomers(root: str, born: int, version: int, state: State, run: int, _collection: Collection) -> int:  # noqa: ARG001
    from core.clustering import newcomers as after

    return len(after(_collection, _clustering(root, born, version, run, _collection)))


@st.cache_resource(show_spinner=False, max_entries=4)
def _unplaced(
    root: str,  # noqa: ARG001 - part of the cache's key
    born: int,  # noqa: ARG001 - part of the cache's key
    shown: tuple[int, int],  # noqa: ARG001 - part of the cache's key
    state: State,  # noqa: ARG001 - part of the cache's key
    _collection: Collection,
    _drawn: PictureMap,
) -> int:
    from core.projection import unplaced as after

    return len(after(_collection, _drawn))


@st.cache_resource(show_spinner=False, max_entries=4)
def _ids(root: str, born: int, version: int, _collection: Collection) -> NDArray[np.int64]:  # noqa: ARG001
    return np.array(_collection.ids(), np.int64)


@st.cache_resource(show_spinner=False, max_entries=4)
def _labels(root: str, born: int, version: int, _collection: Collection) -> dict[int, str]:  # noqa: ARG001
    return {
        picture: label
        for label, _ in _collection.labels()
        if label is not None
        for picture in _collection.ids(Filter(labels=(label,)))
    }


@st.cache_resource(show_spinner=False, max_entries=4)
def _counted(root: str, born: int, version: int, _collection: Collection) -> Counted:  # noqa: ARG001
    from widgets.duplicates.data import judged, missing

    new, everything = missing(_collection), _collection.count()
    pairs = judged(_collection).in_sight
    if not len(pairs) and not len(pairs.joined):
        return Counted((), new, new < everything)
    from core.dedup import LIKELY, group

    groups = tuple(one.ids for one in group(pairs, LIKELY).groups)
    return Counted(groups, new, bool(len(pairs)) or new < everything)


@st.cache_resource(show_spinner=False, max_entries=2)
def _population(root: str, born: int, state: State, copies: Copies, _collection: Collection) -> Population:  # noqa: ARG001
    from core.clustering import population as read

    return read(_collection, copies=copies)


@st.cache_resource(show_spinner=False, max_entries=1024)
def _representatives(
    root: str,  # noqa: ARG001 - part of the cache's key
    born: int,  # noqa: ARG001 - part of the cache's key
    state: State,  # noqa: ARG001 - part of the cache's key
    run: int | str,  # noqa: ARG001 - part of the cache's key
    mark: tuple[int, int],  # noqa: ARG001 - part of the cache's key
    cluster: int,
    _collection: Collection,
    _found: Clustering,
    _people: Population,
) -> Representatives:
    from core.clustering import representatives as of

    return of(_people, _found, cluster)


@st.cache_resource(show_spinner="Looking for what belongs nowhere…", max_entries=4)
def _outliers(root: str, born: int, state: State, copies: Copies, _collection: Collection) -> Outliers:  # noqa: ARG001
    from core.clustering import outliers as of

    return of(_collection, copies=copies)


@st.cache_resource(show_spinner="Asking the neighbours of every label…", max_entries=4)
def _suspects(
    root: str,  # noqa: ARG001 - part of the cache's key
    born: int,  # noqa: ARG001 - part of the cache's key
    state: State,  # noqa: ARG001 - part of the cache's key
    labelled: int,  # noqa: ARG001 - part of the cache's key
    copies: Copies,
    _collection: Collection,
) -> tuple[Suspect, ...]:
    from core.clustering import suspects as of

    return of(_collection, copies=copies)


def share_of_labels(collection: Collection, ids: Sequence[int]) -> list[tuple[str | None, int]]:
    """The labels of these pictures with how many bear each, most first; None stands for no label."""
    known = labels(collection)
    found: dict[str | None, int] = {}
    for picture in ids:
        label = known.get(int(picture))
        found[label] = found.get(label, 0) + 1
    return sorted(found.items(), key=lambda one: (-one[1], one[0] is None, one[0] or ""))
