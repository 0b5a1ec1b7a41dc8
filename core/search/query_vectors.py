"""Query vectors: the vectors of the parts of a query, and their fusion into one.

The parts of a mixed query have different scales: in most encoders texts lie off the manifold of the pictures,
so a good match with a text has a far smaller cosine than a good match with a picture. Each part is therefore
weighted by the spread of its cosines over a sample of the collection. As a cosine is linear in the query,
summing such standardised scores is the same as searching with one summed vector, so a mixed query takes one
search (z-score fusion: Montague and Aslam, "Relevance score normalization for metasearch", CIKM 2001;
positive and negative examples: Rocchio, 1971).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from ..collection.decoding import decode_for
from ..collection.reader import Reader
from ..collection.storage.snapshot import Snapshot
from ..collection.storage.vector_file import FloatArray
from ..embedding.base import Encoder
from ..errors import QueryError
from ..images.decoding.decode import load_image
from .query import Query, Region

_UNLIKE = -0.5
"""Weight of unwanted parts: enough to push hits away, not enough to dominate the query."""


@dataclass(frozen=True)
class WeightedPart:
    """One part of a query: an L2-normalised vector of shape ``(dim,)`` and its weight."""

    name: str
    vector: FloatArray
    weight: float


@dataclass(frozen=True)
class Spread:
    """Mean and standard deviation of a part's cosines over a sample of the collection."""

    mean: float
    deviation: float


Examples = Callable[[Sequence[int]], list[tuple[str, FloatArray]]]
"""Maps ids of pictures to their names and their vectors ``(dim,)``."""


def query_parts(
    query: Query, collection: Reader, space: str, encoder: Encoder, examples: Examples | None = None
) -> list[WeightedPart]:
    """Encode every part of `query` with `encoder`, whose space the collection calls `space`.

    `examples` looks up the pictures in the query; by default they are read from the collection.

    Wanted parts share the weight 1, unwanted ones −0.5.

    Raises:
        QueryError: the query is empty, or a region is empty or has no picture.
        EncoderError: the query has text and the encoder does not encode texts.
        ImageError: the picture cannot be read.
        CollectionError: a picture in `like` or `unlike` does not exist.
    """
    of_pictures = examples or partial(read_examples, collection, space)
    wanted: list[tuple[str, FloatArray]] = []
    like = list(query.like)
    if query.text.strip():
        wanted.append((f"“{query.text.strip()}”", encoder.encode_texts([query.text.strip()])[0]))
    if query.image is not None:
        wanted.append(("your picture", _encode_picture(query.image, query.region, encoder)))
    elif query.region is not None:
        if len(like) != 1 or not isinstance(like[0], int):
            raise QueryError(
                "A region needs one picture that it is a part of: give an image, or one picture to be like."
            )
        name = f"a part of {collection.get(like[0]).name}"
        wanted.append((name, _encode_picture(collection.original(like[0]), query.region, encoder)))
        like = []
    wanted += [(f"like {name}", vector) for name, vector in _named(like, of_pictures, encoder)]
    unwanted = [(f"unlike {name}", vector) for name, vector in _named(query.unlike, of_pictures, encoder)]
    if not wanted and not unwanted:
        raise QueryError(
            "Say what to look for: type a few words, give a picture, or choose pictures to be like."
        )
    return [WeightedPart(name, vector, 1 / len(wanted)) for name, vector in wanted] + [
        WeightedPart(name, vector, _UNLIKE / len(unwanted)) for name, vector in unwanted
    ]


def read_examples(
    collection: Reader, space: str, ids: Sequence[int], seen: Snapshot | None = None
) -> list[tuple[str, FloatArray]]:
    """Read the names of pictures and their vectors ``(dim,)`` in `space`.

    Raises:
        CollectionError: one of them does not exist, or its vector is damaged.
    """
    if not ids:
        return []
    names = {picture.id: picture.name for picture in collection.get_many(list(dict.fromkeys(ids)))}
    for lost in (i for i in ids if i not in names):
        collection.get(lost)  # raises the error that it may have been deleted
    return [
        (names[i], vector) for i, vector in zip(ids, collection.vectors_of(ids, space, seen), strict=True)
    ]


def spreads(parts: Sequence[WeightedPart], background: FloatArray) -> list[Spread]:
    """Compute mean and deviation of each part's cosines over `background`, shape ``(N, dim)``."""
    if len(background) < 2:
        return [Spread(0.0, 1.0) for _ in parts]
    # Not a matrix product: BLAS's threads would keep spinning afterwards, and slow down those of the index.
    cosines = np.einsum("nd,pd->np", background, np.stack([part.vector for part in parts]))
    return [
        Spread(float(mean), max(float(deviation), 1e-6))
        for mean, deviation in zip(cosines.mean(axis=0), cosines.std(axis=0), strict=True)
    ]


def combine(parts: Sequence[WeightedPart], spread: Sequence[Spread]) -> FloatArray:
    """Fuse the parts into one L2-normalised vector, shape ``(dim,)``, which ranks like the weighted z-scores.

    Raises:
        QueryError: the parts cancel out.
    """
    total = np.sum(
        [part.weight / s.deviation * part.vector for part, s in zip(parts, spread, strict=True)],
        axis=0,
        dtype=np.float64,
    )
    length = float(np.linalg.norm(total))
    if length < 1e-9:
        raise QueryError("What you want and what you do not want cancel out; remove one of them.")
    return np.asarray(total / length, np.float32)


def _named(
    examples: Sequence[int | str], of_pictures: Examples, encoder: Encoder
) -> list[tuple[str, FloatArray]]:
    pictures = iter(of_pictures([one for one in examples if isinstance(one, int)]))
    found = []
    for example in examples:
        if isinstance(example, int):
            found.append(next(pictures))
        elif example.strip():
            found.append((f"“{example.strip()}”", encoder.encode_texts([example.strip()])[0]))
    return found


def _encode_picture(data: bytes | Path, region: Region | None, encoder: Encoder) -> FloatArray:
    # A region may be a small part of the picture, which is then decoded in full.
    image = decode_for(encoder, data).image if region is None else crop(load_image(data).image, region)
    return np.asarray(encoder.encode_images([image])[0])


def crop(image: Image.Image, region: Region) -> Image.Image:
    """Crop `image` to `region`.

    Raises:
        QueryError: it contains less than one pixel.
    """
    box = (
        round(max(0.0, min(region.left, region.right)) * image.width),
        round(max(0.0, min(region.top, region.bottom)) * image.height),
        round(min(1.0, max(region.left, region.right)) * image.width),
        round(min(1.0, max(region.top, region.bottom)) * image.height),
    )
    if box[2] - box[0] < 1 or box[3] - box[1] < 1:
        raise QueryError("The region is empty; draw it over a part of the picture.")
    return image.crop(box)
