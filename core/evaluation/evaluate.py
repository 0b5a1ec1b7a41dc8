"""Measuring a collection's search by a protocol."""

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..collection.collection import Collection
from ..embedding.base import Encoder
from ..errors import EvaluationError
from ..jobs import Monitor
from ..metrics.rankings import Rankings
from ..metrics.registry import metric
from ..search.engine import DEPTH
from .latency import measure_costs, timed_queries
from .metrics_table import category_figures, figure
from .protocols.base import EvaluationProtocol
from .protocols.task import Task
from .rankings.eval_set import gather
from .rankings.exact_ranking import ExactRanker, Ranker
from .rankings.rerank_ranking import RerankingRanker
from .results import Evaluation, Setup
from .serialize import store
from .versions import code_versions, machine

MAX_K = 1000


def evaluate(
    collection: Collection,
    protocol: EvaluationProtocol,
    *,
    encoder: str | None = None,
    reranker: str | None = None,
    depth: int = DEPTH,
    k: int = 10,
    seed: int = 0,
    metrics: Sequence[str] | None = None,
    monitor: Monitor | None = None,
) -> Evaluation:
    """Measure quality, time and size, and store the run in the collection.

    Args:
        collection: what is searched.
        protocol: what is asked, what is searched and what counts as right.
        encoder: the space to search in; the collection's own where it is None.
        reranker: name of the re-ranker of the first candidates (see `core.search.rerankers`), if any.
        depth: how many candidates it looks at; 1 to 1,000.
        k: cut-off of the metrics, and how many hits of each query are kept; 1 to 1,000.
        seed: draws the sample of queries and of resamples.
        metrics: names such as ``"ndcg@10"``; `default_metrics` of `k` where it is None.
        monitor: receives the progress, and may cancel.

    Raises:
        EvaluationError: the protocol cannot be put to this collection, the encoder has no words for it, or
            a number is out of its range.
        MetricError: there is no metric of a name.
        QueryError: there is no re-ranker of this name.
        EncoderError, CollectionError: the encoder cannot be used here, or is not what made the vectors.
        Cancelled: `monitor` was asked to stop; nothing is stored then.
    """
    watched = monitor or Monitor()
    found = measure(
        collection,
        protocol,
        encoder=encoder,
        reranker=reranker,
        depth=depth,
        k=k,
        seed=seed,
        metrics=metrics,
        monitor=watched,
    )
    timed = with_costs(collection, found, watched)
    watched.check()
    return store(collection, timed)


def measure(
    collection: Collection,
    protocol: EvaluationProtocol,
    *,
    encoder: str | None = None,
    reranker: str | None = None,
    depth: int = DEPTH,
    k: int = 10,
    seed: int = 0,
    metrics: Sequence[str] | None = None,
    encoders: Sequence[str] | None = None,
    monitor: Monitor | None = None,
) -> Evaluation:
    """Measure quality alone, and store nothing; the arguments and errors are those of `evaluate`.

    `encoders` are those whose spaces a picture must be in to take part, so that several can be measured on
    the same pictures; `encoder` alone where it is None.
    """
    watched = monitor or Monitor()
    if not 1 <= k <= MAX_K:
        raise EvaluationError(f"The cut-off k must lie between 1 and {MAX_K:,}.")
    if not 1 <= depth <= MAX_K:
        raise EvaluationError(f"The number of candidates to look at again must lie between 1 and {MAX_K:,}.")
    names = tuple(dict.fromkeys(metric(name).name for name in metrics or default_metrics(k)))
    chosen = encoder or collection.encoder_name
    among = tuple(dict.fromkeys([*(encoders or ()), chosen]))
    watched.say("Loading the encoder")
    model = collection.encoder(chosen)
    if protocol.needs_words and not model.has_text:
        raise EvaluationError(
            f"{chosen} has no words, so sentences cannot be asked of it. Measure it picture to picture, or "
            "choose an encoder with words."
        )
    ranker: Ranker = (
        ExactRanker(collection, chosen, model)
        if reranker is None
        else RerankingRanker(collection, chosen, model, reranker, depth)
    )
    watched.say("Reading the collection")
    task = protocol.build(gather(collection, among), seed)
    watched.check()
    setup = _setup(protocol, task, model, chosen, among, reranker, ranker, k, seed, names)
    watched.expect(len(task.queries) + timed_queries(len(task.queries)))
    watched.say(f"Asking {len(task.queries):,} queries")
    found = _measure(task, setup, ranker, watched)
    return replace(found, notes=(*found.notes, *_trained_on(collection, chosen)))


def _trained_on(collection: Collection, encoder: str) -> tuple[str, ...]:
    """That an adapter has seen some of the answers, unless it came from elsewhere; empty without one."""
    adapter = collection.adapters.of(encoder)
    if adapter is None or "imported" in json.loads(adapter.card):
        return ()
    return (
        f"Adapter {adapter.id} was trained on a part of these pictures, so these figures flatter it; those "
        "of pictures that it never saw are on the Training screen and in its model card.",
    )


def with_costs(collection: Collection, found: Evaluation, monitor: Monitor | None = None) -> Evaluation:
    """The evaluation with time and size measured too, through the search engine, on a sample of queries."""
    watched = monitor or Monitor()
    watched.say("Timing the search")
    costs = measure_costs(collection, found.setup, found.queries, watched)
    return replace(found, costs=costs)


def default_metrics(k: int) -> tuple[str, ...]:
    """The metrics that are measured unless others are asked for: at `k` and at the usual cut-offs."""
    named = ("map", f"ndcg@{k}", "precision@1", "precision@5", f"precision@{k}", f"recall@{k}", "mrr",
             f"hit_rate@{k}")  # fmt: skip
    return tuple(dict.fromkeys(named))


def _measure(task: Task, setup: Setup, ranker: Ranker, monitor: Monitor) -> Evaluation:
    chosen = [metric(name) for name in setup.metrics]
    count, depth = len(task.queries), min(setup.k, len(task.gallery))
    values = np.empty((count, len(chosen)))
    relevant = task.relevant_counts()
    hits = np.full((count, depth), -1, np.int64)
    right = np.zeros((count, depth), np.bool_)
    scores = np.full((count, depth), -np.inf, np.float32)
    scored = True
    for block in ranker.rank(task, monitor):
        rows = slice(block.first, block.first + len(block.ids))
        rankings = Rankings(block.relevant, relevant[rows], scores=block.scores)
        for column, one in enumerate(chosen):
            values[rows, column] = one(rankings).values
        hits[rows], right[rows] = block.ids[:, :depth], block.relevant[:, :depth]
        if block.scores is None:
            scored = False
        else:
            scores[rows] = block.scores[:, :depth]
    categories = [query.category for query in task.queries]
    return Evaluation(
        setup,
        task.queries,
        values,
        relevant,
        hits,
        scores if scored else None,
        right,
        tuple(tuple(int(i) for i in task.relevant(row)[:3]) for row in range(count)),
        tuple(figure(name, values[:, c], categories, setup.seed) for c, name in enumerate(setup.metrics)),
        category_figures(setup.metrics, values, categories, setup.seed),
        (*task.notes, *ranker.notes()),
    )


def _setup(
    protocol: EvaluationProtocol,
    task: Task,
    model: Encoder,
    encoder: str,
    encoders: tuple[str, ...],
    reranker: str | None,
    ranker: Ranker,
    k: int,
    seed: int,
    metrics: tuple[str, ...],
) -> Setup:
    return Setup(
        protocol=protocol.name,
        parameters=protocol.parameters(),
        encoder=encoder,
        fingerprint=model.fingerprint,
        encoders=encoders,
        index="flat",
        index_parameters={},
        reranker=reranker,
        reranker_parameters=ranker.parameters(),
        k=k,
        seed=seed,
        metrics=metrics,
        queries=len(task.queries),
        pictures=len(task.gallery),
        data_hash=task.data_hash(),
        judgement_hash=task.judgement_hash(),
        versions=code_versions(),
        machine=machine(),
    )
