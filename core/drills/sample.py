"""The pictures of a collection that the mistakes are shown on: a few thousand, drawn by a seed."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..collection.reader import Reader
from ..embedding.base import encode_with_norms
from ..errors import LookalikeError
from ..images.decoding.decode import load_image
from ..jobs import Monitor
from .mistakes.types import FloatArray, IntArray

MOST = 2000
FEW, SOME = 24, 200
"""Pictures that are decoded and embedded again: about a second's, and a few seconds' work."""


@dataclass(frozen=True)
class Sample:
    """Some pictures with their vectors.

    Attributes:
        ids: ``(N,)``, ascending.
        vectors: ``(N, dim)`` float32, L2-normalised.
        labels: ``(N,)``, the place of each label in `names`; −1 for none.
        names: of the labels.
    """

    ids: NDArray[np.int64]
    vectors: FloatArray
    labels: IntArray
    names: tuple[str, ...]


def draw(collection: Reader, seed: int = 0) -> Sample:
    """Up to 2,000 pictures that are in sight and have a sound vector.

    Raises:
        LookalikeError: there are fewer than two.
    """
    ids = np.array(collection.ids(), np.int64)
    if len(ids) > MOST:
        ids = np.sort(np.random.default_rng(seed).choice(ids, MOST, replace=False))
    ids, vectors = collection.sound_vectors(ids.tolist())
    if len(ids) < 2:
        raise LookalikeError("Two pictures at least are needed. Add some first.")
    of = {state.picture_id: state.label for state in collection.label_states(ids.tolist())}
    names = tuple(sorted({label for label in of.values() if label is not None}))
    number = {name: at for at, name in enumerate(names)}
    labels = np.array([number.get(of.get(int(i)) or "", -1) for i in ids], np.int64)
    return Sample(ids, vectors, labels, names)


def norms_of(collection: Reader, ids: NDArray[np.int64], monitor: Monitor) -> FloatArray:
    """How long the features of these pictures were before normalisation; NaN where that is not known.

    They are stored when pictures are added; of a collection that was made before, some are measured now.
    """
    space = collection.space()
    if space is None:
        return np.full(len(ids), np.nan)
    norms = np.array(collection.norms.of(space, ids.tolist()), np.float64)
    if (
        np.isfinite(norms).sum() >= min(SOME, len(ids))
        or collection.encoder_name != collection.base_encoder_name
    ):
        return norms
    encoder = collection.encoder()
    some, images = some_images(collection, ids, SOME, monitor)
    if images:
        batch = np.stack([encoder.prepare(image) for image in images])
        norms[some] = encode_with_norms(encoder, batch).norms
    return norms


def some_images(
    collection: Reader, ids: NDArray[np.int64], most: int, monitor: Monitor
) -> tuple[IntArray, Sequence[Image.Image]]:
    """Up to `most` pictures from all over `ids` that can be read: their places there, and the pictures."""
    places, images = [], []
    monitor.say("Reading pictures")
    for place in np.unique(np.linspace(0, len(ids) - 1, most).astype(int)):
        monitor.check()
        with suppress(LookalikeError):
            images.append(load_image(collection.original(int(ids[place])), min_side=256).image)
            places.append(int(place))
    return np.array(places, np.int64), images
