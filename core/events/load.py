"""Loading of the events found: their pictures, times, places and titles."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from ..clustering.assign_new import newcomers
from ..clustering.keeping import load, runs
from ..clustering.stored_runs import given_names
from ..clustering.types import NOISE, ClusterArray, Clustering, IdArray
from ..collection.collection import Collection
from ..collection.reader import Reader
from ..images.metadata.exif import Position
from . import naming
from .exif_dates import unset
from .geo import Degrees, middle
from .places import name_places
from .types import Event, Events


def load_events(collection: Reader, encoder: str | None = None) -> Events | None:
    """The events that were found last, without pictures that are in the bin or deleted since; None before.

    Raises:
        ClusteringError: what is stored of them is damaged.
    """
    run = events_run(collection, encoder)
    if run is None:
        return None
    kept = load(collection, run)
    return assembled(collection, kept, naming.proposed(collection, kept))


def rename_event(collection: Collection, events: Events, cluster: int, title: str | None) -> None:
    """Rename an event; None or only spaces restores the proposed title.

    Raises:
        ClusteringError: there is no such event any more, or the title is too long.
    """
    naming.rename(collection, events.clustering, cluster, title)


def assembled(collection: Reader, kept: Clustering, titled: Mapping[int, str], skipped: int = 0) -> Events:
    """What is known of the events of a stored run, with the title proposed for each."""
    dated, times = collection.taken_times()
    of_picture = dict(zip(kept.ids.tolist(), range(len(kept.ids)), strict=True))
    inside = np.array([of_picture.get(i, -1) for i in dated.tolist()], np.int64)
    dated, times, inside = dated[inside >= 0], times[inside >= 0], inside[inside >= 0]
    clusters = kept.clusters[inside]
    places = degrees(dated, collection.places.all())
    given = {} if kept.id is None else given_names(collection, kept.id)
    found = []
    for rows in rows_of(clusters):
        if not len(rows):
            continue
        cluster = int(clusters[rows[0]])
        known = places[rows]
        placed = int((~np.isnan(known[:, 0])).sum())
        latitude, longitude = middle(known) if placed else (None, None)
        proposed = titled.get(cluster, f"Event {cluster + 1}")
        found.append(
            Event(
                cluster,
                given.get(cluster, proposed),
                proposed,
                moment(times[rows[0]]),
                moment(times[rows[-1]]),
                int(dated[rows[np.argmax(kept.strength[inside[rows]])]]),
                dated[rows],
                name_places(known),
                latitude,
                longitude,
                placed,
            )
        )
    found.sort(key=lambda event: (event.start, event.cluster))
    aside = dated[(clusters == NOISE) & unset(times)]
    lost = kept.ids[kept.clusters == NOISE]
    undated = lost[~np.isin(lost, dated)]
    return Events(kept, tuple(found), undated, aside, newcomers(collection, kept), skipped)


def degrees(ids: IdArray, found: Mapping[int, Position]) -> Degrees:
    """Where pictures were taken, ``(N, 2)``, NaN where that is not known."""
    places = np.full((len(ids), 2), np.nan)
    for row, picture in enumerate(ids.tolist()):
        if picture in found:
            places[row] = found[picture].latitude, found[picture].longitude
    return places


def rows_of(clusters: ClusterArray) -> list[NDArray[np.intp]]:
    """Rows of each cluster, by its number."""
    order = np.argsort(clusters, kind="stable")
    order = order[clusters[order] >= 0]
    return np.split(order, np.flatnonzero(np.diff(clusters[order])) + 1)


def events_run(collection: Reader, encoder: str | None) -> int | None:
    """The id of the latest run of events under an encoder's vectors."""
    space = collection.space(encoder)
    found = [
        run.id
        for run in runs(collection)
        if run.setup.method == "events" and space is not None and run.setup.fingerprint == space.fingerprint
    ]
    return found[-1] if found else None


def moment(at: np.datetime64) -> datetime:
    """A time to the second as Python has it."""
    moment = at.astype(datetime)
    assert isinstance(moment, datetime)  # noqa: S101 - of datetime64[s]
    return moment
