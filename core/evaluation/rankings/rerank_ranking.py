"""Rankings whose first candidates are re-ranked."""

import hashlib
from collections.abc import Iterator
from dataclasses import is_dataclass

import numpy as np

from ...collection.collection import Collection
from ...embedding.base import Encoder
from ...errors import QueryError
from ...index.base import FloatArray, IdArray
from ...jobs import Monitor
from ...search.learned import KeptReranker, load
from ...search.local_match import FirstOrder, Reranker
from ...search.query import Query
from ...search.rerankers import find_reranker
from ..protocols.task import EvalQuery, Task
from .exact_ranking import ExactRanker, RankedBlock, query_vectors


class RerankingRanker:
    """The exact order, its first `depth` candidates put into another order by a re-ranker.

    As `SearchEngine` does it, but the candidates come from the task's gallery: what is kept out of a query's
    ranking takes no place among those that are looked at again.
    """

    def __init__(
        self, collection: Collection, encoder_name: str, encoder: Encoder, reranker: str, depth: int
    ) -> None:
        self._collection = collection
        self._name = encoder_name
        self._encoder = encoder
        self._reranker = _settled(find_reranker(reranker), collection, encoder_name)
        self._depth = depth
        self._said: dict[str, int] = {}

    def rank(self, task: Task, monitor: Monitor) -> Iterator[RankedBlock]:
        """Blocks in the order of the queries, without scores; advances `monitor` by each query.

        Raises:
            EvaluationError: a picture has no vector any more.
            LookalikeError: the re-ranker cannot be used here.
        """
        vectors = query_vectors(task, self._collection, self._name, self._encoder, monitor)
        exact = ExactRanker(self._collection, self._name, self._encoder)
        for block in exact.rank(task, Monitor()):
            assert block.scores is not None  # noqa: S101 - exact rankings have scores
            for row in range(len(block.ids)):
                monitor.check()
                found = int(np.count_nonzero(np.isfinite(block.scores[row, : self._depth])))
                place = self._look_again(
                    task.queries[block.first + row],
                    vectors[block.first + row],
                    block.ids[row, :found],
                    block.scores[row, :found],
                )
                block.ids[row, :found] = block.ids[row, place]
                block.relevant[row, :found] = block.relevant[row, place]
                monitor.advance()
            yield RankedBlock(block.first, block.ids, block.relevant, None)

    def parameters(self) -> dict[str, int | str]:
        """What its orders depend on: the depth, and what it has learned, if it has, as a digest."""
        known = repr(self._reranker) if is_dataclass(self._reranker) else self._reranker.name
        return {"depth": self._depth, "state": hashlib.sha256(known.encode()).hexdigest()[:12]}

    def notes(self) -> list[str]:
        """Why the first order stood, with the number of queries."""
        return [f"{count:,} queries: {said}" for said, count in self._said.items()]

    def _look_again(self, query: EvalQuery, vector: FloatArray, ids: IdArray, scores: FloatArray) -> IdArray:
        """Places of the candidates in their new order, each once."""
        first = FirstOrder(
            as_query(query), self._collection, self._name, vector, ids.tolist(), scores.tolist()
        )
        second = self._reranker.rerank(first)
        if second.note:
            self._said[second.note] = self._said.get(second.note, 0) + 1
        places = np.array(second.order, np.int64)
        if not np.array_equal(np.sort(places), np.arange(len(ids))):
            raise QueryError(f"The re-ranker {self._reranker.name} does not give each candidate one place.")
        return places


def _settled(reranker: Reranker, collection: Collection, space: str) -> Reranker:
    """What was taught to the collection, as it is now: it must not change while it is measured."""
    return (load(collection, space) or reranker) if isinstance(reranker, KeptReranker) else reranker


def as_query(query: EvalQuery) -> Query:
    """The question to the search engine: the sentence, or “like this picture”."""
    return Query(text=query.text) if query.picture_id is None else Query(like=(query.picture_id,))
