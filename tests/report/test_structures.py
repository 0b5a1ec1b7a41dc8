import numpy as np
import pytest

from core.index.spec import FLAT, Recipe
from core.index.tuning.types import Gallery, Queries
from core.jobs import Cancelled, Monitor
from core.report.structures import compare_structures

GRAPH = Recipe("hnsw", "HNSW8", 40)
LISTS = Recipe("ivf", "IVF8,Flat")


def unit(count, seed):
    vectors = np.random.default_rng(seed).normal(size=(count, 24)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def compare(target=0.9, monitor=None):
    gallery = Gallery(np.arange(900), unit(900, 0))
    queries = {"image": Queries(unit(80, 1), unit(160, 2)), "text": Queries(unit(60, 3), unit(120, 4))}
    return compare_structures(
        gallery, queries, target, 10, (FLAT, GRAPH, LISTS), monitor or Monitor(), builds=2
    )


def test_the_setting_is_chosen_by_recall_and_reported_on_other_queries():
    exact, graph, lists = compare()
    assert [kind.recall for kind in exact.kinds] == [1.0, 1.0]
    for one in (graph, lists):
        for kind in one.kinds:
            tried = [point for point in one.tried if point.kind == kind.kind]
            chosen = next(point for point in tried if point.parameters == kind.parameters)
            assert chosen.recall >= 0.9
            assert tried.index(chosen) >= len(tried) - 2  # one more was tried, to show what follows
            assert kind.queries == {"image": 160, "text": 120}[kind.kind]
            assert kind.interval.low <= kind.recall <= kind.interval.high
            assert 0 < kind.latency.p50_ms <= kind.latency.p95_ms
        assert len(one.build_s) == 2
        assert one.disk_bytes > 900 * 24 * 4


def test_twice_the_same():
    def recalls(found):
        return [[(k.parameters, k.recall, k.interval) for k in one.kinds] for one in found]

    assert recalls(compare()) == recalls(compare())


def test_it_stops_when_asked_to():
    monitor = Monitor()
    monitor.cancel()
    with pytest.raises(Cancelled):
        compare(monitor=monitor)
