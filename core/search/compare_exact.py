"""One query put to exact search and to the index that serves, side by side."""

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
    """A query that has been encoded, so that it can be put again and again.

    Attributes:
        vector: ``(dim,)``, L2-normalised.
        kind: which settings of an index are meant for it.
        k: how many answers are wanted.
        itself: the picture that is looked for, which is no answer; None for words.
        allowed: ids that may be found, or None where all may.
    """

    vector: FloatArray
    kind: QueryKind
    k: int
    itself: int | None
    allowed: IdArray | None


@dataclass(frozen=True)
class Answer:
    """Ids with their cosines, best first, and the median of the milliseconds that finding them took."""

    ids: tuple[int, ...]
    cosines: tuple[float, ...]
    ms: float


@dataclass(frozen=True)
class Tried:
    """What the index answered, held against the exact answer.

    Attributes:
        exact: what exact search answers.
        index: what the index answers, its cosines computed exactly.
        right: for each answer of the index whether it belongs there.
        missed: ids of the exact answer that the index did not find.
        served: which index it was, and what it was searched with.
    """

    exact: Answer
    index: Answer
    right: tuple[bool, ...]
    missed: tuple[int, ...]
    served: Served

    @property
    def recall(self) -> float:
        """Share of the exact answers that were found, in ``[0, 1]``; 1 where there is nothing to find."""
        wanted = len(self.exact.ids)
        return 1 - len(self.missed) / wanted if wanted else 1.0


def question(collection: Collection, query: Query, k: int = 10, encoder: str | None = None) -> Question:
    """Encode a query of one part: words, or one picture of the collection.

    Raises:
        QueryError: there is nothing to look for.
        EncoderError: words are asked of an encoder that has none, or it cannot be used here.
        CollectionError: the picture is not there.
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
    """What exact search answers, by the exact index that such a space is searched with."""
    rows = collection.vectors(encoder=encoder)
    if not len(rows.ids):
        return Answer((), (), 0.0)
    index = exact_index(*rows.vectors.shape)
    index.add(rows.ids, rows.vectors)
    time.sleep(_SPIN_S)  # the threads that encoding woke spin on, and would hold up what is timed
    with one_search(), one_thread():  # as every other index answers a single query
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
    """What the index that serves answers under `parameters`, or under what was chosen for such queries."""

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
    # Of several pictures that are equally far away any is right: as many are missed as right ones lack.
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
