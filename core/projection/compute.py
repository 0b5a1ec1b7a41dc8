"""The map of a collection: drawn, kept, and completed when pictures come."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from ..clustering.algorithms.pca import along
from ..clustering.dataset import population
from ..clustering.knn import Neighbours, neighbours
from ..clustering.types import FloatArray, IdArray, Population
from ..collection.reader import Reader
from ..errors import ClusteringError
from ..jobs import Monitor
from ..stored import to_json
from . import layout, out_of_sample, quality, serialize
from .serialize import Places
from .store import MapStore
from .types import Drawing, MapQuality, MapSetup, PictureMap


def make_map(
    collection: Reader,
    seed: int = 0,
    encoder: str | None = None,
    copies: Iterable[Sequence[int]] = (),
    monitor: Monitor | None = None,
) -> PictureMap:
    """Draw the map of all pictures outside the bin, and keep it in the place of the one there was.

    Args:
        collection: whose.
        seed: of all that is random; the same seed and pictures give the same map.
        encoder: whose vectors; None takes the collection's own.
        copies: ids of pictures that show the same, group by group; they lie next to one another.
        monitor: receives the progress, and may stop between the stages.

    Raises:
        ClusteringError: there are no pictures, only one, or all of them show the same.
        Cancelled: the monitor was asked to stop; the map that there was stays.
    """
    monitor = monitor or Monitor()
    monitor.expect(5)
    seconds: dict[str, float] = {}

    @contextmanager
    def stage(name: str) -> Iterator[None]:
        monitor.check()
        part = monitor.subtask(1, title=name)
        yield
        part.finish()
        seconds[name] = round(part.snapshot().elapsed_s, 3)

    with stage("Reading the vectors"):
        people = population(collection, encoder, copies)
        _refuse_too_few(collection, people)
        vectors = people.distinct
    with stage("Finding the main axes"):
        narrow, _ = along(vectors, layout.AXES)
    with stage("Finding neighbours"):
        near = neighbours(layout.directions(narrow), layout.NEIGHBOURS, monitor)
    with stage("Drawing the map"):
        method, xy = _drawn(narrow, near, seed)
    with stage("Measuring the map"):
        found = quality.measure(vectors, neighbours(vectors, quality.K, monitor), xy, monitor)
    setup = MapSetup(method, seed, people.encoder, people.fingerprint, len(people), len(people.first))
    measured = MapQuality(found.trustworthiness, found.knn_preservation, found.k, found.sample, seconds)
    places = Places(
        people.ids,
        out_of_sample.beside(xy, people.first, people.owner),
        np.zeros(len(people), np.bool_),
        found.kept[people.owner],
    )
    space = collection.space(encoder)
    assert space is not None  # noqa: S101 - there is a population
    record = MapStore(collection.catalogue).put(
        space.id, to_json(setup), to_json(measured), serialize.packed(places)
    )
    return serialize.as_map(collection, record, places)


def load_map(collection: Reader, encoder: str | None = None) -> PictureMap | None:
    """The map that is kept, without the pictures that are in the bin or gone; None where there is none.

    Raises:
        ClusteringError: what is kept is damaged.
    """
    space = collection.space(encoder)
    record = None if space is None else MapStore(collection.catalogue).record(space.id)
    places = None if record is None else serialize.read_places(collection, record.id)
    if record is None or places is None:
        return None
    return serialize.as_map(collection, record, places)


def unplaced(collection: Reader, picture_map: PictureMap) -> IdArray:
    """Ids of the pictures outside the bin that have a vector and no place on the map, ascending."""
    there = np.intersect1d(
        np.array(collection.ids(), np.int64), collection.vector_ids(picture_map.setup.encoder)
    )
    return np.setdiff1d(there, picture_map.ids)


def place_new(collection: Reader, picture_map: PictureMap, monitor: Monitor | None = None) -> PictureMap:
    """Put the pictures that came later among those on the map, without drawing it anew, and keep that.

    Args:
        collection: whose.
        picture_map: its map.
        monitor: asked now and then whether to stop.

    Raises:
        ClusteringError: the map was deleted or drawn anew meanwhile, or is damaged.
        Cancelled: the monitor was asked to stop; the map stays as it was.
    """
    monitor = monitor or Monitor()
    encoder = picture_map.setup.encoder
    space = collection.space(encoder)
    record = None if space is None else MapStore(collection.catalogue).record(space.id)
    old = None if record is None else serialize.read_places(collection, record.id)
    if record is None or old is None or record.id != picture_map.id:
        raise ClusteringError(
            f"The map of “{collection.name}” was deleted or drawn anew meanwhile; load it again."
        )
    shown = serialize.as_map(collection, record, old)
    new = unplaced(collection, shown)
    if not len(new):
        return shown
    if not len(shown):
        raise ClusteringError(
            f"All pictures on the map of “{collection.name}” are gone, so nothing says where others belong; "
            "draw it again."
        )
    monitor.say("Placing new pictures")
    people = population(collection, encoder)
    known = np.flatnonzero(np.isin(people.ids, shown.ids))
    came = np.flatnonzero(np.isin(people.ids, new))
    xy = out_of_sample.place(people.vectors[known], shown.xy, people.vectors[came], monitor)
    everyone = np.concatenate([known, came])
    kept = quality.kept_of(
        people.vectors[everyone], np.vstack([shown.xy, xy]), np.arange(len(known), len(everyone)), monitor
    )
    added = Places(people.ids[came], xy, np.ones(len(came), np.bool_), kept)
    places = old.joined(added)
    MapStore(collection.catalogue).replace_places(record.id, serialize.packed(places))
    return serialize.as_map(collection, record, places)


def _refuse_too_few(collection: Reader, people: Population) -> None:
    if len(people) == 1:
        raise ClusteringError(
            f"“{collection.name}” holds a single picture, and a map needs two at least; add some more."
        )
    if len(people.first) == 1:
        raise ClusteringError(
            f"All {len(people):,} pictures of “{collection.name}” show the same and would lie in one place; "
            "a map needs pictures that differ."
        )


def _drawn(narrow: FloatArray, near: Neighbours, seed: int) -> tuple[Drawing, FloatArray]:
    start = layout.two_axes(narrow)
    if len(start) < layout.FEWEST:
        return "pca", layout.fitted(start)
    return "umap", layout.fitted(layout.umap_layout(near, start, seed))
