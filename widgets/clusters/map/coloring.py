"""What the dots of the map are coloured by: one value a picture, and what the colours stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.clustering import NOWHERE, SCALE, colour
from core.projection import Categories, Scale, Scheme
from widgets.clusters import data
from widgets.shared.formatting import one_line

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.clustering import Clustering
    from core.collection import Collection

MOST_NAMED = 20
"""So many labels, or groups, get a colour of their own; the rest is “other”."""


Coloured = tuple["NDArray[np.number]", Scheme]
"""A category or a value a picture, ``(N,)``, and what they stand for, as a map takes them."""


def dark() -> bool:
    """Whether the viewer's background is dark."""
    return st.context.theme.type == "dark"


def cluster_colour(cluster: int) -> str:
    """The colour of a cluster on the viewer's background."""
    return colour(cluster, dark())


def colouring(
    collection: Collection,
    by: str,
    ids: NDArray[np.int64],
    found: Clustering | None,
    names: Mapping[int, str],
) -> tuple[Coloured, str]:
    """The colours of these pictures, and a sentence where there is nothing to colour by."""
    if by == "cluster":
        return by_cluster(ids, found, names), "" if found is not None else "There are no clusters yet."
    if by == "label":
        known = data.labels(collection)
        return by_label(ids, known), "" if known else "No picture here has a label."
    if by == "time":
        known, times = collection.taken_times()
        return by_time(ids, known, times), "" if len(known) else "No picture here says when it was taken."
    if by == "copies":
        counted = data.counted(collection)
        said = (
            "" if counted.groups else "There are no groups of near-duplicates here, or none were looked for."
        )
        return by_group(ids, counted.groups), said
    found_far = data.outliers(collection)
    return by_outlier(ids, found_far.ids, found_far.scores), ""


def by_cluster(ids: NDArray[np.int64], found: Clustering | None, names: Mapping[int, str]) -> Coloured:
    """A colour a cluster; pictures of no cluster are grey."""
    codes = np.full(len(ids), -1, np.int32)
    if found is None:
        return codes, Categories((), (), "No cluster")
    place = np.searchsorted(found.ids, ids)
    place[place == len(found.ids)] = 0
    known = found.ids[place] == ids if len(found.ids) else np.zeros(len(ids), np.bool_)
    codes[known] = found.clusters[place[known]]
    called = tuple(one_line(names.get(c, f"Cluster {c + 1}"), 60) for c in range(found.k))
    return codes, Categories(called, tuple(cluster_colour(c) for c in range(found.k)), "Belongs nowhere")


def by_label(ids: NDArray[np.int64], known: Mapping[int, str]) -> Coloured:
    """A colour a label, most pictures first; of very many the rest is grey."""
    return _ranked([known.get(i) for i in ids.tolist()], "Other labels", "No label")


def by_group(ids: NDArray[np.int64], groups: Sequence[Sequence[int]]) -> Coloured:
    """A colour a group of near-duplicates, largest first; pictures without copies are grey."""
    number = {picture: at for at, group in enumerate(groups) for picture in group}
    codes = np.array([number.get(i, -1) for i in ids.tolist()], np.int32)
    # Groups are many and lie far apart: colours repeat, and nobody needs a legend of hundreds.
    shown = np.where(codes >= 0, codes % MOST_NAMED, -1).astype(np.int32)
    used = min(len(groups), MOST_NAMED)
    names = tuple(
        f"Group {at + 1}" if len(groups) <= MOST_NAMED else f"Groups {at + 1}, {at + 1 + MOST_NAMED}, …"
        for at in range(used)
    )
    return shown, Categories(names, tuple(cluster_colour(c) for c in range(used)), "Without a copy")


def by_time(ids: NDArray[np.int64], known: NDArray[np.int64], times: NDArray[np.datetime64]) -> Coloured:
    """From the earliest to the latest, in order: a few odd dates must not wash out all others.

    `known` ids have `times`, oldest first.
    """
    there = np.isin(known, ids)
    known, times = known[there], times[there]
    low, high = (str(times[end])[:10] if len(times) else "" for end in (0, -1))
    _, order = np.unique(times, return_inverse=True)
    last = max(1, int(order.max(initial=0)))
    rank = dict(zip(known.tolist(), (order / last).tolist(), strict=True))
    return values_of(ids, rank), Scale("Time taken, in order", low, high, SCALE[dark()])


def by_outlier(ids: NDArray[np.int64], scored: NDArray[np.int64], scores: NDArray[np.float32]) -> Coloured:
    """From what is near to others to what is far from everything."""
    values = values_of(ids, dict(zip(scored.tolist(), scores.tolist(), strict=True)))
    clipped = np.clip(values, 0, np.float32(4))
    scheme = Scale("Outlier score", "as near as most", "far from all", SCALE[dark()])
    return np.asarray(clipped / 4, np.float32), scheme


def by_trust(kept: NDArray[np.float32]) -> Coloured:
    """From pictures whose neighbours the map tore away to those that it left with them."""
    scheme = Scale("Nearest kept on the map", "none", "all", SCALE[dark()])
    return np.asarray(kept, np.float32), scheme


def _ranked(words: Sequence[str | None], other: str, none: str) -> Coloured:
    counts: dict[str, int] = {}
    for word in words:
        if word is not None:
            counts[word] = counts.get(word, 0) + 1
    order = sorted(counts, key=lambda word: (-counts[word], word))
    named = order[:MOST_NAMED]
    code = {word: at for at, word in enumerate(named)}
    names = [one_line(word, 60) for word in named]
    colours = [cluster_colour(at) for at in range(len(named))]
    if len(order) > MOST_NAMED:
        code |= dict.fromkeys(order[MOST_NAMED:], MOST_NAMED)
        names.append(other)
        colours.append(NOWHERE[not dark()])
    codes = np.array([-1 if word is None else code[word] for word in words], np.int32)
    return codes, Categories(tuple(names), tuple(colours), none)


def values_of(ids: np.ndarray, known: dict[int, float], missing: float = float("nan")) -> np.ndarray:
    """The value of each picture, ``(N,)`` float32; `missing` where there is none."""
    return np.array([known.get(i, missing) for i in ids.tolist()], np.float32)
