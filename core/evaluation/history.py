"""Which stored runs belong together: one query set with and without re-ranking, or by encoder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..collection.collection import Collection
from ..errors import EvaluationError
from ..jobs import Monitor
from ..stats.bootstrap import bootstrap_mean
from ..stats.interval import Interval
from ..stats.pareto_front import pareto_optimal
from .compare import Comparison
from .evaluate import evaluate
from .protocols.registry import protocol_from
from .results import Evaluation, Setup
from .serialize import RunSummary

_RESAMPLES = 1000


def same_question(a: Setup, b: Setup) -> bool:
    """Whether two runs asked the same queries of the same pictures, with the same right answers."""
    return (a.protocol, a.data_hash, a.judgement_hash) == (b.protocol, b.data_hash, b.judgement_hash)


def second_looks(stored: Sequence[RunSummary], setup: Setup) -> dict[str | None, RunSummary]:
    """The latest run of each re-ranker on the question of `setup`, under its encoder; None is without one."""
    found = {
        run.setup.reranker: run
        for run in stored
        if same_question(run.setup, setup) and run.setup.fingerprint == setup.fingerprint
    }
    return dict(sorted(found.items(), key=lambda pair: (pair[0] is not None, pair[0] or "")))


def latest_encoders(stored: Sequence[RunSummary]) -> tuple[RunSummary, ...]:
    """The runs of the last comparison of encoders, in the order of their naming; empty if there is none."""
    for last in reversed(stored):
        names = last.setup.encoders
        group = {
            run.setup.encoder: run
            for run in stored
            if run.setup.encoders == names
            and run.setup.reranker is None
            and same_question(run.setup, last.setup)
        }
        if len(names) > 1 and set(group) == set(names):
            return tuple(group[name] for name in names)
    return ()


def partner(stored: Sequence[RunSummary], run: RunSummary) -> RunSummary | None:
    """The run that it says most to compare `run` with: of the same question if there is one, latest first.

    A run with re-ranking is compared with the first order of the same encoder before any other.
    """
    others = [other for other in reversed(stored) if other.id != run.id]
    alike = [other for other in others if same_question(other.setup, run.setup)]
    plain = [o for o in alike if o.setup.reranker is None and o.setup.fingerprint == run.setup.fingerprint]
    if run.setup.reranker is not None and plain:
        return plain[0]
    loose = [other for other in others if other.setup.protocol == run.setup.protocol]
    return next(iter([*alike, *loose]), None)


def second_look_ms(measured: Mapping[str | None, Evaluation]) -> dict[str | None, float]:
    """Median milliseconds per query with each re-ranker: the first order's, and its own on top.

    Everything but the re-ranking is the same work, so what its time differs by from run to run is the
    machine's mood. Empty where the first order, or its time, was not measured.
    """
    base = measured[None].costs if None in measured else None
    if base is None:
        return {}
    first = base.stage("total").p50_ms
    looks = {name: run.costs for name, run in measured.items() if run.costs is not None}
    return {
        name: first + (0.0 if name is None else costs.stage("rerank").p50_ms) for name, costs in looks.items()
    }


def worth_having(
    measured: Mapping[str | None, Evaluation], ms: Mapping[str | None, float], metric: str
) -> dict[str | None, bool]:
    """Which second looks no other beats in the mean of a metric and in time.

    Raises:
        MetricError, EvaluationError: the metric is unknown or was not measured.
    """
    points = [[measured[name].figure(metric).mean, -ms[name]] for name in ms]
    best = pareto_optimal(np.array(points, np.float64).reshape(-1, 2))
    return dict(zip(ms, best.tolist(), strict=True))


def measure_second_looks(
    collection: Collection, setup: Setup, names: Sequence[str | None], monitor: Monitor | None = None
) -> tuple[Evaluation, ...]:
    """Put the question of `setup` again with each of these re-rankers, None being the first order.

    Each run is stored as soon as it is done, so that what was measured stays when the work is cancelled.

    Raises:
        EvaluationError, QueryError, EncoderError, CollectionError: as `evaluate` does.
        Cancelled: `monitor` was asked to stop.
    """
    watched = monitor or Monitor()
    found = []
    for name in names:
        watched.check()
        protocol = protocol_from(setup.protocol, setup.parameters)
        run = evaluate(
            collection,
            protocol,
            encoder=setup.encoder,
            reranker=name,
            k=setup.k,
            seed=setup.seed,
            metrics=setup.metrics,
            monitor=watched.subtask(),
        )
        found.append(run)
    return tuple(found)


@dataclass(frozen=True)
class CategoryDifference:
    """What one category gained from one run to another, over the queries of both."""

    category: str
    queries: int
    before: float
    after: float
    interval: Interval | None

    @property
    def difference(self) -> float:
        """After − before."""
        return self.after - self.before


def category_differences(found: Comparison, name: str) -> tuple[CategoryDifference, ...]:
    """One metric by category, with a 95 % interval from two queries on; in alphabetical order.

    The intervals are not corrected for the number of categories.

    Raises:
        MetricError, EvaluationError: the metric is unknown, or was not measured in both runs.
    """
    before, after = found.before, found.after
    old, new = before.column(name), after.column(name)
    row_of = {query.key: row for row, query in enumerate(after.queries)}
    pairs: dict[str, list[tuple[float, float]]] = {}
    for row, query in enumerate(before.queries):
        if query.key in row_of:
            pair = float(before.values[row, old]), float(after.values[row_of[query.key], new])
            pairs.setdefault(query.category, []).append(pair)
    if not pairs:
        raise EvaluationError("The two runs have no query in common.")
    rows = []
    for category in sorted(pairs):
        values = np.array(pairs[category], np.float64)
        gained = values[:, 1] - values[:, 0]
        around = bootstrap_mean(gained, resamples=_RESAMPLES) if len(gained) > 1 else None
        rows.append(
            CategoryDifference(
                category, len(gained), float(values[:, 0].mean()), float(values[:, 1].mean()), around
            )
        )
    return tuple(rows)
