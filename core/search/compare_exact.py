"""Comparison of exact search and the active index on one query."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from ..collection.collection import Collection
from ..collection.storage.vector_file import FloatArray
from ..index.base import IdArray, Neighbours, SearchParameters
from ..index.tuning.measure import one_thread
from ..index.tuning.types import QueryKind
from ..index_manager.exact import exact_index
from ..index_manager.manager import Found, IndexKeeper
from ..index_manager.types import Served
from .query import Query, query_kind
from .query_vectors import query_parts
from .slots import one_search

T = TypeVar("T")

_TIMES = 15
_AT_MOST_S = 0.15
_SPIN_S = 0.05
_ROUNDING = 1e-5
"""Cosines closer than this are equal: an index may sum the same products in another order."""


@dataclass(frozen=True)
class Question:
    """An encoded query, which can be searched repeatedly.

    Attributes:
        vector: ``(dim,)``, L2-normalised.
        kind: of query, which selects the settings of an index.
        k: number of results.
        itself: the id of the query picture, which is excluded; None for texts.
        allowed: ids that may be found, or None for all.
    """

    vector: FloatArray
    kind: QueryKind
    k: int
    itself: int | None
    allowed: IdArray | None


@dataclass(frozen=True)
class Answer:
    """Ids with their cosines, best first, and the median latency in milliseconds."""

    ids: tuple[int, ...]
    cosines: tuple[float, ...]
    ms: float


@dataclass(frozen=True)
class Tried:
    """The results of an index, compared with the exact results.

    Attributes:
        exact: the results of exact search.
        index: the results of the index, with exact cosines.
        right: for each result of the index whether it is correct.
        missed: ids of the exact results that the index did not find.
        served: the index and its search parameters.
    """

    exact: Answer
    index: Answer
    right: tuple[bool, ...]
    missed: tuple[int, ...]
    served: Served

    @property
    def recall(self) -> float:
        """Share of the exact results that were found, in ``[0, 1]``; 1 if there is nothing to find."""
        wanted = len(self.exact.ids)
        return 1 - len(self.missed) / wanted if wanted else 1.0


def question(collection: Collection, query: Query, k: int = 10, encoder: str | None = None) -> Question:
    """Encode a query of one part: a text, or one picture of the collection.

    Raises:
        QueryError: the query is empty.
        EncoderError: the encoder does not encode texts, or cannot be used here.
        CollectionError: there is no such picture.
        ValueError: the query has more than one part.
    """
    name = encoder or collection.encoder_name
    parts = query_parts(query, collection, name, collection.encoder(name))
    if len(parts) != 1:
        raise ValueError(f"a query of one part expected, got {len(parts)}")
    itself = next((one for one in query.like if isinstance(one, int)), None)
    removed = collection.removed_ids()
    allowed = np.array(collection.ids(), np.int64) if removed else None
    return Question(parts[0].vector, query_kind(query), k, itself, allowed)


def exactly(collection: Collection, asked: Question, encoder: str | None = None) -> Answer:
    """Search exactly, by the exact index of the space."""
    rows = collection.vectors(encoder=encoder)
    if not len(rows.ids):
        return Answer((), (), 0.0)
    index = exact_index(*rows.vectors.shape)
    index.add(rows.ids, rows.vectors)
    time.sleep(_SPIN_S)  # the threads used for encoding keep spinning, and would slow down what is timed
    with one_search(), one_thread():  # as for every other index with a single query
        near, ms = _timed(lambda: index.search(asked.vector[None], _wanted(asked), asked.allowed))
    kept = _kept(near, asked)
    scores = dict(zip(near.ids[0].tolist(), near.scores[0].tolist(), strict=True))
    return Answer(tuple(kept), tuple(scores[one] for one in kept), ms)


def tried(
    keeper: IndexKeeper,
    collection: Collection,
    asked: Question,
    exact: Answer,
    parameters: SearchParameters | None = None,
    encoder: str | None = None,
) -> Tried:
    """Search the active index with `parameters`, or with those tuned for such queries."""

    def search() -> Found:
        return keeper.search(asked.vector[None], _wanted(asked), asked.allowed, asked.kind, parameters)

    with one_search():
        found, ms = _timed(search)
    ids = _kept(found.neighbours, asked)
    cosines = collection.vectors_of(ids, encoder) @ asked.vector if ids else np.empty(0, np.float32)
    order = np.argsort(-cosines, kind="stable")
    index = Answer(tuple(ids[at] for at in order), tuple(float(cosines[at]) for at in order), ms)
    least = exact.cosines[-1] - _ROUNDING if exact.cosines else -np.inf
    right = tuple(cosine >= least for cosine in index.cosines)
    # Among equally distant pictures any is correct: as many are missed as correct ones are lacking.
    lacking = [one for one in exact.ids if one not in index.ids]
    return Tried(exact, index, right, tuple(lacking[: max(0, len(exact.ids) - sum(right))]), found.served)


def _wanted(asked: Question) -> int:
    return asked.k + (asked.itself is not None)


def _kept(near: Neighbours, asked: Question) -> list[int]:
    return [int(one) for one in near.ids[0] if one >= 0 and one != asked.itself][: asked.k]


def _timed(search: Callable[[], T]) -> tuple[T, float]:
    spent: list[float] = []
    while len(spent) < _TIMES and (len(spent) < 3 or sum(spent) < _AT_MOST_S):
        started = time.perf_counter()
        found = search()
        spent.append(time.perf_counter() - started)
    return found, statistics.median(spent) * 1000
