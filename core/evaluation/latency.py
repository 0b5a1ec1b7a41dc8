"""Time and space of searching, measured through the search engine itself."""

from collections.abc import Sequence
from dataclasses import fields
from functools import partial

import numpy as np

from ..collection.collection import Collection
from ..errors import CollectionError
from ..jobs import Monitor
from ..search.engine import DEPTH, SearchEngine
from ..search.query import Query
from ..search.results import Timings
from .protocols.task import EvalQuery
from .results import Costs, Setup, Stage

_TIMED = 30


def timed_queries(queries: int) -> int:
    """How many of so many queries are timed."""
    return min(_TIMED, queries)


def measure_costs(
    collection: Collection, setup: Setup, asked: Sequence[EvalQuery], monitor: Monitor
) -> Costs:
    """Median and 95th percentile of every stage over a sample of the queries, and the size of the index.

    Pictures ask with their bytes, as one that is dropped on the page does, so that decoding and embedding
    are in the time; where the original is gone, with their stored vector. Advances `monitor` by each query.
    """
    engine = SearchEngine(collection, setup.encoder)
    rows = collection.vectors(encoder=setup.encoder)
    build_ms = _build_ms(engine, int(rows.ids[0]))
    engine.warm_up()
    depth = int(setup.reranker_parameters.get("depth", DEPTH))
    ask = partial(engine.search, k=setup.k, rerank=setup.reranker, depth=depth)
    queries = sample(asked, setup.seed)
    ask(_as_a_user_would(collection, queries[0]))  # the first one warms caches up, and does not count
    taken = []
    for query in queries:
        monitor.check()
        taken.append(ask(_as_a_user_would(collection, query)).timings)
        monitor.advance()
    memory = 4 * rows.vectors.shape[1] * len(rows.ids)
    disk = collection.space_bytes(setup.encoder)
    return Costs(len(taken), _stages(taken, setup.reranker is not None), disk, memory, build_ms)


def sample(queries: Sequence[EvalQuery], seed: int, n: int = _TIMED) -> list[EvalQuery]:
    """`n` of the queries, drawn by the seed."""
    drawn = np.random.default_rng(seed).permutation(len(queries))[:n]
    return [queries[int(i)] for i in drawn]


def _as_a_user_would(collection: Collection, query: EvalQuery) -> Query:
    if query.picture_id is None:
        return Query(text=query.text)
    try:
        return Query(image=collection.original(query.picture_id))
    except CollectionError:
        return Query(like=(query.picture_id,))


def _build_ms(engine: SearchEngine, picture_id: int) -> float:
    # Asked by a stored vector, so that no encoder is in the time; a second time the index is there.
    query = Query(like=(picture_id,))
    first, second = (engine.search(query, k=1).timings.index_ms for _ in range(2))
    return max(0.0, first - second)


def _stages(taken: Sequence[Timings], reranked: bool) -> tuple[Stage, ...]:
    names = [field.name.removesuffix("_ms") for field in fields(Timings)]
    if not reranked:
        names.remove("rerank")
    table = np.array([[getattr(t, f"{name}_ms") for name in names] + [t.total_ms] for t in taken])
    middle, high = np.quantile(table, [0.5, 0.95], axis=0)
    return tuple(
        Stage(name, float(p50), float(p95))
        for name, p50, p95 in zip([*names, "total"], middle, high, strict=True)
    )
