"""Queries that are prepared in another way than the collection was."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from PIL import Image

from ...errors import LookalikeError
from .types import FloatArray, IntArray, Series, Shown

Prepare = Callable[[Image.Image], Image.Image]


def _swapped(image: Image.Image) -> Image.Image:
    """Red and blue the wrong way round, as OpenCV reads a picture."""
    return Image.fromarray(np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1]))


def _tiny(image: Image.Image) -> Image.Image:
    """Through 32 pixels, as from a list of tiny thumbnails."""
    return image.convert("RGB").resize((32, 32)).resize(image.size)


def _negative(image: Image.Image) -> Image.Image:
    """Values scaled the wrong way round."""
    return Image.fromarray(255 - np.asarray(image.convert("RGB")))


MISTAKES: Mapping[str, Prepare] = {
    "As the collection was": lambda image: image,
    "Red and blue swapped": _swapped,
    "From tiny thumbnails": _tiny,
    "Inverted values": _negative,
}


def preprocessing(
    images: Sequence[Image.Image],
    own: IntArray,
    vectors: FloatArray,
    encode: Callable[[Sequence[Image.Image]], FloatArray],
) -> Shown:
    """Ask for pictures by themselves, prepared rightly and wrongly: does each find itself first?

    Args:
        images: pictures of the collection.
        own: ``(len(images),)``, the row of each in `vectors`.
        vectors: ``(N, dim)``, what is stored.
        encode: makes vectors of pictures, by the collection's encoder.

    Raises:
        LookalikeError: there are no pictures that can be read, or nothing to tell them from.
    """
    if not len(images) or len(vectors) < 2:
        raise LookalikeError("None of the pictures that were tried can be read, or there is only one.")
    found, cosines = [], []
    for prepare in MISTAKES.values():
        scores = encode([prepare(image) for image in images]) @ vectors.T
        mine = scores[np.arange(len(own)), own]
        found.append(float((mine >= scores.max(axis=1) - 1e-6).mean()))
        cosines.append(float(mine.mean()))
    worst = min(range(1, len(found)), key=lambda i: found[i])
    names = list(MISTAKES)
    return Shown(
        "finds itself first",
        found[worst],
        found[0],
        f"{len(images)} pictures were asked for by themselves. Prepared like the collection {found[0]:.0%} "
        f"find themselves first; “{names[worst].lower()}” {found[worst]:.0%}. Nothing fails: the "
        f"vectors have the right length, and the mean cosine to the stored one falls to "
        f"{cosines[worst]:.2f}.",
        "How the query was prepared",
        "Share, or cosine (0–1)",
        (
            Series("Finds itself first", tuple(names), tuple(found)),
            Series("Mean cosine to its stored vector", tuple(names), tuple(cosines)),
        ),
        bars=True,
    )
