"""Properties of pictures whose distributions explain a change: how long, how far, how bright, how sharp."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...collection.collection import Collection
from ...collection.reader import Reader
from ...collection.storage.vector_file import FloatArray
from ...jobs import Monitor
from ...stats.arrays import FloatArray as Floats
from ..quality.properties import picture_properties


@dataclass(frozen=True)
class Values:
    """One property: `reference` and `batch` are ``(n,)`` and ``(m,)`` float64, without unknown values."""

    name: str
    title: str
    unit: str
    reference: Floats
    batch: Floats


_TITLES = {
    "brightness": ("Brightness", "mean, 0 to 1"),
    "contrast": ("Contrast", "standard deviation of the brightness"),
    "colourfulness": ("Colourfulness", "mean difference of red, green and blue, 0 to 1"),
    "blur": ("Blur", "0 (sharp) to 1"),
    "detail": ("Detail", "bits per pixel"),
    "side": ("Size", "root of the area, in pixels"),
    "aspect": ("Shape", "width over height, log₂"),
    "compression": ("File size", "bytes per pixel, log₁₀"),
}
_LOGARITHMS = {"aspect": np.log2, "compression": np.log10}


def picture_values(
    collection: Collection, reference: Sequence[int], batch: Sequence[int], monitor: Monitor
) -> list[Values]:
    """What the files and their pixels show; pictures whose original cannot be read are left out.

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    known = picture_properties(collection, monitor, [*reference, *batch])
    sides = [known.of(ids).values for ids in (reference, batch)]
    found = []
    for at, name in enumerate(known.names):
        scale = _LOGARITHMS.get(name, np.asarray)
        columns = [
            scale(np.maximum(side[:, at], 1e-9) if name in _LOGARITHMS else side[:, at]) for side in sides
        ]
        found.append(Values(name, *_TITLES[name], *columns))
    return found


def norm_values(collection: Reader, reference: Sequence[int], batch: Sequence[int]) -> Values | None:
    """The norms that the features had before they were normalised; None where a side has none stored.

    Those of the encoder without an adapter: they say how much of what it knows it sees in a picture.
    """
    space = collection.space(collection.base_encoder_name)
    if space is None:
        return None
    known = [collection.norms.of(space, ids).astype(np.float64) for ids in (reference, batch)]
    known = [norms[np.isfinite(norms)] for norms in known]
    if not all(len(norms) for norms in known):
        return None
    return Values("norm", "Length of the features", "L2 norm before normalisation", *known)


def neighbour_values(reference: FloatArray, batch: FloatArray) -> Values:
    """Cosine distances to the nearest *other* picture of the reference, for its own pictures and for the
    batch's.

    Args:
        reference: ``(n, dim)``, L2-normalised, at least 2.
        batch: ``(m, dim)``, L2-normalised.
    """
    own = reference @ reference.T
    np.fill_diagonal(own, -1)
    return Values(
        "neighbour",
        "Distance to the nearest picture of the reference",
        "1 − cosine",
        (1 - own.max(axis=1)).astype(np.float64),
        (1 - (batch @ reference.T).max(axis=1)).astype(np.float64),
    )
