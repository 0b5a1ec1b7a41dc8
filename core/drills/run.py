"""Running a mistake or a drill on a collection, and keeping what came of it."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np

from ..collection.collection import Collection
from ..collection.reader import Reader
from ..errors import LookalikeError
from ..health.stored_checks import add_run, latest_run
from ..jobs import Monitor
from ..stored import UNREADABLE, from_builtins, to_builtins
from .mistakes.catalogue import MISTAKES, Key
from .mistakes.types import FloatArray, IntArray, Shown
from .sample import FEW, Sample, draw, norms_of, some_images

_NEAR = 40
"""Nearest neighbours of each picture that count as pairs where a threshold is chosen."""
COMPARISONS = ("order", "flat")
"""The drills that compare two ways to compute; see `core.drills.comparisons`."""


def show_mistake(collection: Collection, key: Key, monitor: Monitor | None = None) -> Shown:
    """Show one mistake on the collection's own pictures, and store what came of it.

    Raises:
        LookalikeError: there are too few pictures or labels for it, or it cannot be stored.
        Cancelled: the monitor was asked to stop.
    """
    watch = monitor or Monitor()
    watch.say("Drawing pictures")
    sample = draw(collection)
    shown = _SHOWS[key](collection, sample, watch)
    settings = {"pictures": len(sample.ids), "encoder": collection.encoder_name}
    add_run(collection, _kind(key), settings, to_builtins(shown))
    return shown


def last_shown(collection: Reader, key: Key) -> tuple[Shown, datetime] | None:
    """What the mistake last cost, and when that was found; None before, and where it cannot be read."""
    run = latest_run(collection, _kind(key))
    if run is None:
        return None
    try:
        return from_builtins(Shown, run.result), run.finished or run.started
    except UNREADABLE:
        return None


def compare(collection: Collection, which: str) -> dict[str, Any]:
    """Run one of `COMPARISONS`, store its figures and return them.

    Raises:
        LookalikeError: there are fewer than two pictures, or it cannot be stored.
    """
    from .comparisons import cosine_and_euclidean, flat_and_numpy

    run = cosine_and_euclidean if which == "order" else flat_and_numpy
    found = asdict(run(collection))
    found.pop("points", None)
    add_run(collection, f"drill-{which}", {"encoder": collection.encoder_name}, found)
    return found


def _kind(key: str) -> str:
    return f"mistake-{key}"


def _norms(collection: Collection, sample: Sample, monitor: Monitor) -> Shown:
    from .mistakes.raw_norms import raw_norms

    return raw_norms(sample.vectors, norms_of(collection, sample.ids, monitor), sample.labels)


def _pools(collection: Collection, sample: Sample, monitor: Monitor) -> Shown:  # noqa: ARG001 - one signature
    from .mistakes.pools import pools

    return pools(sample.vectors, sample.labels)


def _probes(collection: Collection, sample: Sample, monitor: Monitor) -> Shown:  # noqa: ARG001
    from .mistakes.probes import probes

    return probes(sample.vectors)


def _preprocessing(collection: Collection, sample: Sample, monitor: Monitor) -> Shown:
    from .mistakes.preprocessing import preprocessing

    places, images = some_images(collection, sample.ids, FEW, monitor)
    monitor.say("Embedding them in four ways")
    return preprocessing(images, places, sample.vectors, collection.encoder().encode_images)


def _threshold(collection: Collection, sample: Sample, monitor: Monitor) -> Shown:  # noqa: ARG001
    from .mistakes.threshold import threshold

    labels = [label for label in range(len(sample.names)) if (sample.labels == label).sum() >= 2]
    if len(labels) < 4:
        raise LookalikeError("This needs at least four labels with two pictures each.")
    mine, other = (_pairs(sample, half) for half in (labels[::2], labels[1::2]))
    return threshold(*mine, *other)


def _pairs(sample: Sample, labels: list[int]) -> tuple[FloatArray, IntArray]:
    """Cosines of each picture's nearest of these labels, and whether the label is the same."""
    from .mistakes.types import nearest, without_self

    chosen = np.isin(sample.labels, labels)
    vectors, label = sample.vectors[chosen], sample.labels[chosen]
    cosine = without_self(vectors @ vectors.T)
    near = nearest(cosine, min(_NEAR, len(label) - 1))
    scores = np.take_along_axis(cosine, near, 1).ravel()
    return scores, (label[near] == label[:, None]).astype(np.int64).ravel()


def _imbalance(collection: Collection, sample: Sample, monitor: Monitor) -> Shown:  # noqa: ARG001
    from .mistakes.imbalance import imbalance

    return imbalance(sample.vectors, sample.labels, sample.names)


def _negatives(collection: Collection, sample: Sample, monitor: Monitor) -> Shown:  # noqa: ARG001
    from .mistakes.easy_negatives import easy_negatives

    return easy_negatives(sample.vectors, sample.labels)


_SHOWS: dict[Key, Callable[[Collection, Sample, Monitor], Shown]] = {
    "norms": _norms,
    "pools": _pools,
    "probes": _probes,
    "preprocessing": _preprocessing,
    "threshold": _threshold,
    "imbalance": _imbalance,
    "negatives": _negatives,
}
assert set(_SHOWS) == {one.key for one in MISTAKES}  # noqa: S101 - every mistake can be shown
