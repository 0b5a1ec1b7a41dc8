"""The same query before and after an adapter, without making its space: nothing is stored or rebuilt.

A linear adapter is tried on the index that serves the base encoder's space by changing the query alone
(`Adapter.preview_queries`). A network maps pictures too: there the candidates come from the unchanged query.
Either way the candidates are then mapped and scored exactly, which orders them as the new space would.
"""

from dataclasses import dataclass

import numpy as np

from ..collection.collection import Collection
from ..collection.types import Picture
from ..embedding.adapter import Adapter
from ..errors import TrainingError
from ..search.engine import SearchEngine
from ..search.query import Query, query_kind
from ..search.query_vectors import combine, query_parts, spreads
from ..search.slots import one_search

_CANDIDATES = 200


@dataclass(frozen=True)
class PreviewHit:
    """One answer: the picture, its cosine, and its rank on the other side (None: not among those shown)."""

    picture: Picture
    score: float
    other_rank: int | None


@dataclass(frozen=True)
class Preview:
    """Answers to one query, best first.

    Attributes:
        before: under the encoder without an adapter.
        after: under the adapter.
        sentence: how the second list was found.
    """

    before: tuple[PreviewHit, ...]
    after: tuple[PreviewHit, ...]
    sentence: str


def preview(engine: SearchEngine, query: Query, adapter: Adapter, k: int = 8) -> Preview:
    """Answer `query` without and with `adapter`.

    Args:
        engine: over the base encoder's space, as ``SearchEngine(collection, collection.base_encoder_name)``.
        query: pictures, words, or both.
        adapter: trained on that encoder.
        k: answers on each side.

    Raises:
        TrainingError: the engine searches another space than the adapter was trained on.
        LookalikeError: the query cannot be answered.
    """
    encoder = engine.collection.encoder(engine.encoder_name)
    if encoder.fingerprint != adapter.base_fingerprint:
        raise TrainingError("This adapter was trained on another encoder than the one that is searched.")
    with one_search():
        return _preview(engine, query, adapter, k)


def _preview(engine: SearchEngine, query: Query, adapter: Adapter, k: int) -> Preview:
    collection, space = engine.collection, engine.encoder_name
    encoder = collection.encoder(space)
    parts = query_parts(query, collection, space, encoder)
    vector = combine(parts, spreads(parts, np.empty((0, encoder.dim), np.float32)))
    hidden = {i for i in query.like if isinstance(i, int)} | set(collection.removed_ids())
    old = _candidates(engine, query, vector, hidden)
    linear = adapter.kind == "linear"
    changed = adapter.preview_queries(vector[None])[0] if linear else vector
    new = _candidates(engine, query, changed, hidden)
    before = _ranked(old, collection.vectors_of(old, space) @ vector, k) if old else []
    mapped = adapter.apply(vector[None])[0]
    after = _ranked(new, adapter.apply(collection.vectors_of(new, space)) @ mapped, k) if new else []
    how = (
        "by changing the query alone, on the index as it is"
        if linear
        else f"by ordering anew the {len(new)} nearest, for a network has no way to change the query alone"
    )
    return Preview(
        _listed(collection, before, after),
        _listed(collection, after, before),
        f"Found {how}; nothing was rebuilt.",
    )


def _candidates(engine: SearchEngine, query: Query, vector: np.ndarray, hidden: set[int]) -> list[int]:
    found = engine.keeper.search(vector[None], _CANDIDATES + min(len(hidden), 1000), kind=query_kind(query))
    ids = [int(i) for i in found.neighbours.ids[0] if i >= 0 and int(i) not in hidden]
    return ids[:_CANDIDATES]


def _ranked(ids: list[int], scores: np.ndarray, k: int) -> list[tuple[int, float]]:
    order = np.argsort(-scores, kind="stable")[:k]
    return [(ids[at], float(scores[at])) for at in order]


def _listed(
    collection: Collection, shown: list[tuple[int, float]], other: list[tuple[int, float]]
) -> tuple[PreviewHit, ...]:
    ranks = {picture_id: rank for rank, (picture_id, _) in enumerate(other, start=1)}
    scores = dict(shown)
    pictures = collection.get_many([picture_id for picture_id, _ in shown])
    return tuple(PreviewHit(p, scores[p.id], ranks.get(p.id)) for p in pictures)
