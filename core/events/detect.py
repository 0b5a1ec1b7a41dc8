"""Find the events of a photo library and store them as a run.

events = find_events(library)          # or find_events(library, gap=6): one event ends after six hours
events = load_events(library)          # None if none were searched yet
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import numpy as np

from ..clustering.algorithms.base import by_size
from ..clustering.keeping import free_name, load_whole, runs, store
from ..clustering.stored_runs import delete_run, given_names, rename_run, set_given_name
from ..clustering.types import NOISE, ClusterArray, Clustering, FloatArray, IdArray, Measured, Setup
from ..collection.collection import Collection
from ..collection.ingest.locate import look_for_places
from ..collection.storage.space_types import Space
from ..errors import ClusteringError
from ..jobs import Monitor
from . import naming
from .exif_dates import Times, refuse_dates, unset
from .geo import Degrees
from .load import assembled, degrees, load_events, moment, rows_of
from .places import name_places
from .segmentation import HOUR, Rule, Sight, boundaries, by_gap
from .titles import Occasion
from .types import Events

__all__ = ["find_events", "load_events"]

NAME = "Events"
"""What the run is called."""

LONGEST_GAP = 24 * 366
"""Hours."""

Gap = float | Literal["auto"]


def find_events(
    collection: Collection, gap: Gap = "auto", encoder: str | None = None, monitor: Monitor | None = None
) -> Events:
    """Find the events anew and store them in the place of those found before.

    Titles given by the user are transferred to the event that holds most of the same pictures.

    Args:
        collection: whose.
        gap: ``"auto"`` joins time, sight and place (see `core.events.segmentation`); a number of hours
            after which one event ends goes by time alone.
        encoder: by whose vectors pictures look alike; None takes the collection's own.
        monitor: receives the progress, and may stop the work.

    Raises:
        ClusteringError: nothing tells events apart: no pictures, no dates, one date, or `gap` is no length.
        Cancelled: the monitor was asked to stop; where pictures were taken is kept as far as it was read.
    """
    if gap != "auto" and not 0 < gap <= LONGEST_GAP:
        raise ClusteringError(f"A gap of {gap:g} hours makes no events; give more than 0, at most a year.")
    watched = monitor or Monitor()
    started = time.monotonic()
    space = collection.space(encoder)
    everything = np.array(collection.ids(), np.int64)
    if space is None or not len(everything):
        raise ClusteringError(f"“{collection.name}” holds no pictures; add some first.")
    dated, times = collection.taken_times()
    odd = unset(times)
    refuse_dates(collection.name, len(everything), times, odd)
    report = look_for_places(collection, dated[~odd].tolist(), watched.subtask())
    watched.check()
    watched.say("Telling events apart")
    stored = collection.vectors(encoder=encoder)
    there = ~odd & np.isin(dated, stored.ids)
    ids, at = dated[there], times[there]
    if not len(ids):
        raise ClusteringError(
            f"The dated pictures of “{collection.name}” have no vectors of {space.encoder}."
        )
    order = np.argsort(stored.ids)
    sight = Sight(stored.vectors, order[np.searchsorted(stored.ids, ids, sorter=order)])
    places = degrees(ids, collection.places.all())
    seconds = at.astype(np.int64)
    ends = boundaries(seconds, sight, places) if gap == "auto" else by_gap(seconds, gap * HOUR)
    clusters = by_size(np.concatenate([[0], np.cumsum(ends)]))
    measured = Measured(time.monotonic() - started, reason=_reason(gap, places))
    made = _clustering(space, everything, ids, clusters, _typical(sight, clusters), measured)
    watched.check()
    words = naming.words(collection, made, watched)
    watched.check()
    kept = _replace(collection, made)
    titled = naming.propose(collection, kept, _occasions(at, clusters, places, words))
    return assembled(collection, kept, titled, skipped=len(report.skipped))


def _reason(gap: Gap, places: Degrees) -> str:
    if gap != "auto":
        return f"One event ends where nothing was photographed for {gap:g} hours."
    share = float((~np.isnan(places[:, 0])).mean())
    if share == 0:
        return (
            f"By gaps of about {Rule().gap / HOUR:g} hours and what the pictures show; none says where it "
            "was taken, which would tell much more."
        )
    return (
        f"By gaps of about {Rule().gap_placed / HOUR:g} hours, what the pictures show, and where they were "
        f"taken ({share:.0%} of them say so); away from home, nights end no event."
    )


def _typical(sight: Sight, clusters: ClusterArray) -> FloatArray:
    """The cosine of each picture with the mean of its event, ``(N,)`` float32 in ``[0, 1]``."""
    out = np.zeros(len(clusters), np.float32)
    for rows in rows_of(clusters):
        vectors = np.asarray(sight.vectors[sight.rows[rows]], np.float32)
        centre = vectors.mean(axis=0)
        length = float(np.linalg.norm(centre))
        # 0 is for pictures of no event.
        out[rows] = np.clip(vectors @ centre / length, 1e-3, 1) if length > 0 else 1
    return out


def _clustering(
    space: Space,
    everything: IdArray,
    ids: IdArray,
    clusters: ClusterArray,
    strength: FloatArray,
    measured: Measured,
) -> Clustering:
    at = np.searchsorted(everything, ids)
    whole = np.full(len(everything), NOISE, np.int32)
    whole[at] = clusters
    home = np.zeros(len(everything), np.float32)
    home[at] = strength
    setup = Setup(
        "events", None, "none", 0, space.encoder, space.fingerprint, len(everything), len(everything)
    )
    return Clustering("", setup, measured, everything, whole, home)


def _replace(collection: Collection, made: Clustering) -> Clustering:
    """Store a run in the place of those before, and transfer the titles given to their events."""
    kept = store(collection, made, free_name(collection, f"{NAME} (new)"))
    assert kept.id is not None  # noqa: S101 - it was stored
    given: dict[int, tuple[int, str]] = {}
    old = [
        run
        for run in runs(collection)
        if run.setup.method == "events"
        and run.setup.fingerprint == made.setup.fingerprint
        and run.id != kept.id
    ]
    for run in old:
        names = given_names(collection, run.id)
        before = load_whole(collection, run.id) if names else None
        for cluster, name in names.items():
            assert before is not None  # noqa: S101 - there are names
            now = kept.clusters[np.isin(kept.ids, before.ids[before.clusters == cluster])]
            count = np.bincount(now[now >= 0], minlength=1)
            best, shared = int(count.argmax()), int(count.max())
            if shared > given.get(best, (0, ""))[0]:
                given[best] = shared, name
    for cluster, (_, name) in given.items():
        set_given_name(collection, kept.id, cluster, name)
    for run in old:
        delete_run(collection, run.id)
    name = free_name(collection, NAME)
    rename_run(collection, kept.id, name)
    return replace(kept, name=name)


def _occasions(
    times: Times, clusters: ClusterArray, places: Degrees, words: Mapping[int, tuple[str, ...]]
) -> list[Occasion]:
    """What the title of each event is made of, by its number."""
    return [
        Occasion(
            moment(times[rows[0]]),
            moment(times[rows[-1]]),
            name_places(places[rows]),
            words.get(cluster, ()),
        )
        for cluster, rows in enumerate(rows_of(clusters))
    ]
