"""Sample queries for measuring an index: pictures of the collection, and texts that its users might type.

Both are drawn at random, reproducibly for a seed, and split: a third for selection, two thirds for
certification. The vectors of the pictures must be left out of the index and of the ground truth while it is
measured, so that no query finds itself or is part of the graph it searches.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..collection.collection import Collection
from ..embedding.base import Encoder
from ..embedding.text.class_prototypes import class_names
from ..embedding.text.colors import COLOURS
from ..index.base import FloatArray, IdArray
from ..index.tuning.types import Queries, QueryKind
from ..jobs import Monitor

PICTURES = 1500
"""Held-out pictures: 1,000 of them certify, enough to certify a recall of 0.99 if 0.995 is reached."""
SENTENCES = 600
_SHARE = 0.1
"""Maximum share of a collection that is held out."""
_CAPTIONS = 200
_AT_ONCE = 50


@dataclass(frozen=True)
class HeldOut:
    """Queries of a collection, and the `ids` of the pictures whose vectors they are, ``(Q,)``."""

    ids: IdArray
    queries: dict[QueryKind, Queries]


def held_out(
    collection: Collection,
    encoder: Encoder,
    name: str,
    asked: Sequence[str] = (),
    seed: int = 0,
    monitor: Monitor | None = None,
) -> HeldOut:
    """Draw queries of both kinds for the space of the encoder called `name`; image queries only if it has no
    text.

    Args:
        collection: the source; pictures in the bin are not used.
        encoder: encodes the texts.
        name: of that encoder in the collection.
        asked: texts of real queries; they are used before all others.
        seed: the same seed draws the same queries.
        monitor: receives the progress, and may stop the work.
    """
    rng = np.random.default_rng(seed)
    there = np.setdiff1d(collection.vector_ids(name), collection.removed_ids())
    ids = rng.permutation(there)[: min(PICTURES, int(_SHARE * len(there)))]
    queries: dict[QueryKind, Queries] = {}
    if len(ids) > 2:
        queries["image"] = _split(collection.vectors_of([int(i) for i in ids], name))
    if encoder.has_text:
        vectors = encoded(encoder, sentences(collection, asked, rng), monitor or Monitor())
        if len(vectors) > 2:
            queries["text"] = _split(vectors)
    return HeldOut(ids, queries)


def sentences(
    collection: Collection, asked: Sequence[str], rng: np.random.Generator, count: int = SENTENCES
) -> list[str]:
    """Draw at most `count` different texts in random order: real queries, labels, captions, colours."""
    real = _unique(asked)
    labels = _unique([label for label, _ in collection.labels() if label])
    own = [*labels, *_captions(collection, rng)]
    nouns = [*labels, *class_names()]
    # As many nouns alone as with a colour: users type both.
    drawn = [nouns[i] for i in rng.choice(len(nouns), min(count, len(nouns)), replace=False)]
    made = [
        noun if at % 2 else f"a {COLOURS[int(rng.integers(len(COLOURS)))]} {noun}"
        for at, noun in enumerate(drawn)
    ]
    every = _unique([*real, *own, *made])[:count]
    return [every[i] for i in rng.permutation(len(every))]


def encoded(encoder: Encoder, texts: Sequence[str], monitor: Monitor) -> FloatArray:
    """Encode `texts` to ``(T, dim)``; texts with a zero vector are left out."""
    parts = [np.empty((0, encoder.dim), np.float32)]
    for start in range(0, len(texts), _AT_ONCE):
        monitor.say("Encoding sample queries")
        monitor.check()
        parts.append(encoder.encode_texts(texts[start : start + _AT_ONCE]))
    vectors: FloatArray = np.concatenate(parts)
    return np.asarray(vectors[np.linalg.norm(vectors, axis=1) > 0], np.float32)


def _captions(collection: Collection, rng: np.random.Generator) -> list[str]:
    ids = collection.ids()
    some = [ids[i] for i in rng.permutation(len(ids))[: 5 * _CAPTIONS]]
    return _unique([picture.caption or "" for picture in collection.get_many(some)])[:_CAPTIONS]


def _unique(texts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(text.strip() for text in texts if text.strip()))


def _split(vectors: FloatArray) -> Queries:
    third = max(1, len(vectors) // 3)
    return Queries(vectors[:third], vectors[third:])
